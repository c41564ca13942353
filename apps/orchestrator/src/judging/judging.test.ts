import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Clock, StoredRun } from '@foretoken/judge'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type HttpFault, type HttpModel, httpModel } from '../../test/http-model.js'
import { memoryHost } from '../../test/memory-host.js'
import { memoryModel } from '../../test/memory-model.js'
import { main } from '../main.js'

const prompt = (id: string, content: string, scoring: string): string => `
  - id: ${id}
    tier: T1
    messages: [{ role: user, content: '${content}' }]
    reference: 'as it is'
    ${scoring}
    answers: { right: '2', wrong: '3' }`
const checker = 'checker: { kind: numeric, value: 2 }'
const rubric = 'rubric: { right: It is kind. }'
const suite = (name: string, ...prompts: readonly string[]): string =>
  `suite: ${name}\nversion: 1\ndescription: d\nprompts:${prompts.join('')}\n`
const verdict = (score: number) => () => `{"reason": "so it is", "score": ${score}}`

/** Waits pass at once; one of minutes ends when it is told, or when it is cancelled. */
function hastyClock(long: Promise<void> = new Promise(() => {})): Clock & { readonly waits: number[] } {
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

describe('judge run over HTTP', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'judging-'))
    await writeFile(
      join(folder, 'sums.yaml'),
      suite('sums', ...['a', 'b', 'c'].map((id) => prompt(id, `1 + 1, ${id}?`, checker))),
    )
    await writeFile(
      join(folder, 'letters.yaml'),
      suite(
        'letters',
        prompt('sum', '1 + 1?', checker),
        prompt('note', 'Write.', rubric),
        prompt('poem', 'Rhyme.', rubric),
      ),
    )
  })
  afterEach(() => rm(folder, { recursive: true }))

  const call = async (
    args: readonly string[],
    {
      clock = hastyClock(),
      env = {},
    }: { readonly clock?: Clock; readonly env?: Readonly<Record<string, string>> } = {},
  ) => {
    const host = memoryHost({ env })
    const model = memoryModel({
      answer: () => '{"reason": "in this process", "score": 2}',
      engine: 'native',
      contextTokens: 20_000,
    })
    const ports = { clock, loadModel: async () => model }
    const exitCode = await main([...args, '--out', join(folder, 'results'), '--json'], host, ports)
    return { exitCode, ...host.written, result: JSON.parse(host.written.stdout || '{}') }
  }
  const at = ({ baseUrl }: HttpModel, name = 'small'): string => `${name}@${baseUrl}`
  const judgeRun = (file: string, server: HttpModel, ...more: readonly string[]) =>
    ['judge', 'run', '--suite', join(folder, file), '--models', at(server), ...more] as const
  const show = async (runId: string): Promise<StoredRun> => (await call(['runs', 'show', runId])).result
  const rowsOf = async (runId: string) =>
    (await show(runId)).rows.map(({ promptId, score, answer, truncated }) => [promptId, score, answer?.text, truncated])

  it('gets through 429, 500, cut streams, bad JSON and a slow end, and keeps what was written by then', async () => {
    const faults: readonly HttpFault[] = ['busy', 'broken', 'cut', 'nonsense', 'stalled']
    await using server = await httpModel({ answer: () => 'It is 2.', faults })
    const clock = hastyClock(server.stalled)
    const { exitCode, result, stderr } = await call(judgeRun('sums.yaml', server), { clock })
    expect([exitCode, stderr]).toEqual([0, ''])
    expect(server.requests).toHaveLength(7)
    const { runId } = result.runs[0]
    expect(await rowsOf(runId)).toEqual([
      ['a', 1, 'It is', true],
      ['b', 3, 'It is 2.', false],
      ['c', 3, 'It is 2.', false],
    ])
    const backoffs = clock.waits.filter((wait) => wait < 60_000)
    expect(backoffs).toHaveLength(4)
    expect(backoffs[0]).toBe(3_000)
    expect((await show(runId)).record).toMatchObject({
      model: { path: `${server.baseUrl}/small` },
      engine: { name: 'openai over HTTP', settings: { n_params: 7 } },
    })
  })

  it('tells a server that is lost, and asks only what is missing once it is back', async () => {
    await using server = await httpModel({ answer: () => 'It is 2.', faults: [undefined, 'refused'] as never })
    const lost = await call(judgeRun('sums.yaml', server))
    expect(lost.exitCode).toBe(6)
    expect(lost.stderr).toContain('failed: small answered with HTTP status 401: no such key\n')
    const again = await call(judgeRun('sums.yaml', server))
    expect(again.exitCode).toBe(0)
    expect(again.result.runs[0]).toMatchObject({ answers: 3, passed: 3 })
    // One answer, one refusal, and the two that were missing.
    expect(server.requests).toHaveLength(4)
    await server[Symbol.asyncDispose]()
    const gone = await call(judgeRun('sums.yaml', server))
    expect(gone.exitCode).toBe(6)
    expect(gone.stderr).toMatch(/small at http:.* cannot be asked: .*ECONNREFUSED/)
  })

  it('has judges score what has a rubric, sends them their key, and keeps it nowhere', async () => {
    await using server = await httpModel({ answer: () => 'It is 2.' })
    await using referee = await httpModel({ answer: verdict(2), faults: ['busy', 'nonsense'] })
    const judge = `referee@${referee.baseUrl}#REFEREE_KEY`
    const missing = await call(judgeRun('letters.yaml', server, '--judge', judge))
    expect([missing.exitCode, missing.stderr]).toEqual([2, expect.stringContaining('set REFEREE_KEY')])

    const env = { REFEREE_KEY: 'top-secret' }
    const { exitCode, result, ...said } = await call(judgeRun('letters.yaml', server, '--judge', judge), { env })
    expect([exitCode, said.stderr]).toEqual([0, ''])
    expect(result.runs[0]).toMatchObject({ scored: 3, meanScore: 7 / 3 })
    expect((await show(result.runs[0].runId)).rows[1]).toMatchObject({ score: 2, judges: ['referee'] })
    expect(referee.requests[0]?.authorization).toBe('Bearer top-secret')
    const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((file) => file.isFile())
    const texts = await Promise.all(files.map((file) => readFile(join(file.parentPath, file.name), 'utf8')))
    expect(files.length).toBeGreaterThan(5)
    expect([...texts, said.stdout].filter((text) => text.includes('top-secret'))).toEqual([])
  })

  it('leaves unjudged what a judge fails on, and judges only that later', async () => {
    await using server = await httpModel({ answer: () => 'It is 2.' })
    const failing: readonly HttpFault[] = ['refused']
    await using referee = await httpModel({ answer: verdict(3), faults: failing })
    const run = judgeRun('letters.yaml', server, '--judge', at(referee, 'referee'))
    const first = await call(run)
    expect(first.exitCode).toBe(6)
    expect(first.stderr).toContain('1 of 2 answers are not judged: ')
    expect(first.result.runs[0]).toMatchObject({ answers: 3, scored: 2 })
    const second = await call(run)
    expect([second.exitCode, second.stderr]).toEqual([0, ''])
    expect(second.result.runs[0]).toMatchObject({ scored: 3, meanScore: 3 })
    expect([server.requests.length, referee.requests.length]).toEqual([3, 3])
  })

  it('judges in this process and as a jury, within a budget', async () => {
    await using server = await httpModel({ answer: () => 'It is 2.' })
    await using referee = await httpModel({ answer: verdict(3) })
    await writeFile(join(folder, 'judge.gguf'), 'weights')
    const jury = ['--judge', join(folder, 'judge.gguf'), '--judge', at(referee, 'referee')]
    const { result } = await call(judgeRun('letters.yaml', server, ...jury))
    expect((await show(result.runs[0].runId)).rows[1]).toMatchObject({
      // The lower median of 2 and 3.
      score: 2,
      reason: 'judge: in this process; referee: so it is',
    })
    const poor = await call(judgeRun('letters.yaml', server, '--judge', at(referee, 'other'), '--judge-budget', '9'))
    expect(poor.exitCode).toBe(4)
    expect(poor.stderr).toContain("2 of 2 answers are not judged: the judges' budget")
  })

  it('refuses a judge that is the judged model, and options without a judge', async () => {
    await using server = await httpModel({ answer: verdict(1) })
    const own = await call(judgeRun('letters.yaml', server, '--judge', at(server)))
    expect(own.exitCode).toBe(2)
    expect(own.stderr).toContain('add --self-judge')
    expect(server.requests).toEqual([])
    const allowed = await call(judgeRun('letters.yaml', server, '--judge', at(server), '--self-judge'))
    expect(allowed.exitCode).toBe(0)
    for (const option of [['--judge-budget', '5'], ['--self-judge']]) {
      const idle = await call(judgeRun('letters.yaml', server, ...option))
      expect(idle.stderr).toContain(`${option[0]} is about judges; add one with --judge`)
    }
    for (const place of ['small@http://me:secret@host/v1', 'small@http://host/v1?key=1', 'small@http://host/v1#a-b']) {
      const refused = await call(['judge', 'run', '--suite', 'math', '--models', place])
      expect([refused.exitCode, refused.stderr.includes('secret')]).toEqual([2, false])
      expect(refused.stderr).toContain('must look like model@http://host:port/v1')
    }
  })

  it('compares two runs in both orders, and keeps the verdicts', async () => {
    await using one = await httpModel({ answer: () => 'It is 2.' })
    await using other = await httpModel({
      answer: (question) => (question.includes('Rhyme') ? 'It is 2.' : 'It is 5.'),
    })
    const runs: string[] = []
    for (const server of [one, other]) runs.push((await call(judgeRun('letters.yaml', server))).result.runs[0].runId)
    const prefers = (text: string) => (text.indexOf('is 2') < text.indexOf('is 5') ? 'A' : 'B')
    await using referee = await httpModel({ answer: (text) => `{"reason": "", "winner": "${prefers(text)}"}` })
    const compare = ['judge', 'compare', ...runs, '--judge', at(referee, 'referee')]
    const { exitCode, result } = await call(compare)
    expect(exitCode).toBe(0)
    expect(result).toMatchObject({ pairs: 3, first: 2, second: 0, ties: 1, same: 1, missing: 0 })
    expect(result.judges).toEqual([{ judge: 'referee', pairs: 2, positionConsistency: 1, positionBias: 0 }])
    await call(compare)
    expect(referee.requests).toHaveLength(4)
    const without = await call(['judge', 'compare', ...runs])
    expect([without.exitCode, without.stderr]).toEqual([2, expect.stringContaining('add --judge')])
  })
})
