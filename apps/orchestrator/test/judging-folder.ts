import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Clock, RunSummary, StoredRun } from '@foretoken/judge'
import { afterEach, beforeEach } from 'vitest'
import { main } from '../src/main.js'
import type { HttpModel } from './http-model.js'
import { memoryHost } from './memory-host.js'
import { memoryModel } from './memory-model.js'

/** A prompt of a suite in YAML; `scoring` is its checker or rubric. */
export const suitePrompt = (id: string, content: string, scoring: string): string => `
  - id: ${id}
    tier: T1
    messages: [{ role: user, content: '${content}' }]
    reference: 'as it is'
    ${scoring}
    answers: { right: '2', wrong: '3' }`

/** A suite in YAML. */
export const suiteText = (name: string, ...prompts: readonly string[]): string =>
  `suite: ${name}\nversion: 1\ndescription: d\nprompts:${prompts.join('')}\n`

/** Waits pass at once; one of minutes ends when it is told, or when it is cancelled. */
export function hastyClock(long: Promise<void> = new Promise(() => {})): Clock & { readonly waits: readonly number[] } {
  const waits: number[] = []
  return {
    waits,
    now: () => Date.parse('2026-01-01T00:00:00Z'),
    async sleep(milliseconds, signal) {
      waits.push(milliseconds)
      if (milliseconds < 60_000) return
      await Promise.race([
        // What was sent is on its way when the time is up.
        long.then(() => new Promise((resolve) => setTimeout(resolve, 50))),
        new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason), { once: true })),
      ])
    },
  }
}

/** What a command printed, and what it made of it. */
export interface Called {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
  /** What `--json` printed. */
  readonly result: Readonly<Record<string, unknown>>
  /** The first run of `judge run`. */
  readonly run: Partial<RunSummary> & Pick<RunSummary, 'runId'>
}

/** The command line with results in a folder of its own for each test, and the suites `sums.yaml` and `letters.yaml`. */
export interface JudgingFolder {
  readonly path: (name?: string) => string
  readonly call: (
    args: readonly string[],
    options?: { readonly clock?: Clock; readonly env?: Readonly<Record<string, string>> },
  ) => Promise<Called>
  /** Words of `judge run` on a model behind HTTP. */
  readonly judgeRun: (file: string, server: HttpModel, ...more: readonly string[]) => readonly string[]
  readonly show: (runId: string) => Promise<StoredRun>
}

/** How a model behind HTTP is named. */
export function at({ baseUrl }: HttpModel, name = 'small'): string {
  return `${name}@${baseUrl}`
}

/** Makes the folder before each test of the file and removes it afterwards. */
export function judgingFolder(): JudgingFolder {
  let folder: string
  const path = (name = '.') => join(folder, name)
  const checker = 'checker: { kind: numeric, value: 2 }'
  const rubric = 'rubric: { right: It is kind. }'
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'judging-'))
    const sums = ['a', 'b', 'c'].map((id) => suitePrompt(id, `1 + 1, ${id}?`, checker))
    await writeFile(path('sums.yaml'), suiteText('sums', ...sums))
    const open = [suitePrompt('note', 'Write.', rubric), suitePrompt('poem', 'Rhyme.', rubric)]
    await writeFile(path('letters.yaml'), suiteText('letters', suitePrompt('sum', '1 + 1?', checker), ...open))
  })
  afterEach(() => rm(folder, { recursive: true }))

  const call: JudgingFolder['call'] = async (args, { clock = hastyClock(), env = {} } = {}) => {
    const host = memoryHost({ env })
    const answer = () => '{"reason": "in this process", "score": 2}'
    const model = memoryModel({ answer, engine: 'native', contextTokens: 20_000 })
    const exitCode = await main([...args, '--out', path('results'), '--json'], host, {
      clock,
      loadModel: async () => model,
    })
    const result = JSON.parse(host.written.stdout || '{}')
    return { exitCode, ...host.written, result, run: result.runs?.[0] ?? { runId: '' } }
  }
  return {
    path,
    call,
    judgeRun: (file, server, ...more) => ['judge', 'run', '--suite', path(file), '--models', at(server), ...more],
    show: async (runId) => (await call(['runs', 'show', runId])).result as unknown as StoredRun,
  }
}
