import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { resultsStore } from '@foretoken/judge'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { memoryHost } from '../../test/memory-host.js'
import { memoryModel } from '../../test/memory-model.js'
import { memoryRun, tieredSuite } from '../../test/memory-runs.js'
import { main } from '../main.js'
import { repeatCommand } from './repeat-command.js'

describe('repeatCommand', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'repeat it’s-'))
    await writeFile(join(folder, 'sums.json'), JSON.stringify(tieredSuite))
    await writeFile(join(folder, 'a model.gguf'), 'weights')
  })
  afterEach(() => rm(folder, { recursive: true }))

  const call = async (args: readonly string[]): Promise<number> => {
    const model = memoryModel({ answer: () => 'It is 2.', engine: 'native' })
    return main(args, memoryHost(), { loadModel: async () => model })
  }

  it('runs what makes the same run again', async () => {
    const out = join(folder, 'results')
    const files = ['--suite', join(folder, 'sums.json'), '--models', join(folder, 'a model.gguf'), '--out', out]
    const options = ['--repetitions', '2', '--temp', '0.5', '--seed', '7', '--max-tokens', '9', '--threads', '1']
    const override = ['--override', 'qwen3.context_length=64', '--override', 'general.name=a "b"']
    expect(await call(['judge', 'run', ...files, ...options, ...override])).toBe(0)
    const [runId = ''] = await resultsStore(out).runIds()
    const { record } = await resultsStore(out).read(runId)
    const command = repeatCommand(record, out) ?? ''
    expect(command).toMatch(/^foretoken judge run --suite '/)
    const again = join(folder, 'again')
    expect(
      await call(
        shellWords(command)
          .slice(1)
          .map((word) => (word === out ? again : word)),
      ),
    ).toBe(0)
    expect(await resultsStore(again).runIds()).toEqual([runId])
  })

  it('says with options what is varied', () => {
    const configuration = { name: 'experts-2-auto-k-4', settings: { experts: 2, drafter: 'auto', k: 4 } }
    const settings = { threads: 'auto', override: '{"qwen3moe":{"expert_used_count":2}}' }
    const command = (changes: object) => repeatCommand(memoryRun('one', { configuration, ...changes }), 'results')
    const engine = { name: 'native', version: '1', settings }
    const drafts = '--engine native --experts 2 --drafter auto --k 4'
    expect(command({ engine, baseline: 'base' })).toMatch(new RegExp(`${drafts}$`))
    expect(command({ engine })).toMatch(new RegExp(`${drafts} --no-inherit$`))
    expect(command({ engine: { ...engine, name: 'openai over HTTP' } })).toBeUndefined()
    expect(command({ configuration: { name: 'x', settings: { draft: 'a1b2' } } })).toBeUndefined()
    expect(command({ engine: { ...engine, settings: { override: 'no JSON' } } })).toBeUndefined()
  })

  it('quotes what a shell would read', () => {
    const model = { path: "/models/it's $HOME;x.gguf", bytes: 1, hash: 'ab'.repeat(8) }
    const command = repeatCommand(memoryRun('one', { model }), 'results') ?? ''
    expect(command).toContain(`--models '/models/it'\\''s $HOME;x.gguf' --out`)
    expect(shellWords(command)).toContain(model.path)
  })
})

/** The words of a command as a POSIX shell reads them, for the quotes that are used here. */
function shellWords(command: string): readonly string[] {
  const words = command.match(/(?:'[^']*'|\\'|[^\s'\\])+/g) ?? []
  return words.map((word) => word.replace(/'([^']*)'|\\(')/g, (_, inner, quote) => inner ?? quote))
}
