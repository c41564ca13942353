import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { memoryDraftModel } from '../../test/memory-draft-model.js'
import { memoryHost } from '../../test/memory-host.js'
import { type MemoryModelOptions, memoryModel } from '../../test/memory-model.js'
import type { ModelPorts } from '../load-model.js'
import { main } from '../main.js'
import type { TuneResult } from './tune-result.js'

const folder = mkdtempSync(join(tmpdir(), 'foretoken-'))
afterAll(() => rmSync(folder, { recursive: true }))

async function call(
  args: readonly string[],
  options: Partial<MemoryModelOptions> = {},
  host = memoryHost(),
  ports: ModelPorts = {},
) {
  const model = memoryModel({ answer: () => 'abc '.repeat(30), contextTokens: 4_000, ...options })
  let loaded = false
  const loadModel = async () => {
    loaded = true
    return model
  }
  const exitCode = await main(['tune', ...args], host, { ...ports, loadModel })
  expect(host.listeners('SIGINT')).toBe(0)
  if (loaded) expect(model.open()).toBe(0)
  return { exitCode, ...host.written, prompts: model.prompts }
}

const brief = ['--repetitions', '3', '--max-tokens', '12']
const lookup = ['--drafter', 'lookup']

describe('k', () => {
  test('a table on stdout, with drafting off in it, and a verdict', async () => {
    const { exitCode, stdout, stderr } = await call(['k', 'm.gguf', '--lengths', '4,8', ...lookup, ...brief])
    expect([exitCode, stderr]).toEqual([0, ''])
    const [introduction, , head, off, four, eight, , verdict] = stdout.split('\n')
    expect(introduction).toBe(
      'memory.gguf: drafter lookup, 6 prompts, at most 12 tokens each · node-llama-cpp 0.0.0, cpu, 1 thread',
    )
    expect(head).toMatch(/^ +speed-up {2}least–most {2}tokens\/s {2}tokens\/step {2}accepted {2}runs$/)
    expect(off).toMatch(/^drafting off +1\.00 /)
    expect(four).toMatch(/^K = 4 +\d+\.\d\d +\d+\.\d\d–\d+\.\d\d +[\d.]+ +\d\.\d\d +\d+ % +3/)
    expect(eight).toMatch(/^K = 8 /)
    expect(verdict).toMatch(/drafting off.*\.$/)
  })

  test('--json and --out give the same object; no partial file is left', async () => {
    const out = join(folder, 'k.json')
    const { stdout } = await call(['k', 'm.gguf', '--lengths', '0,4', '--json', '--out', out, ...lookup, ...brief])
    const result = JSON.parse(stdout) as TuneResult
    expect(JSON.parse(readFileSync(out, 'utf8'))).toEqual(result)
    expect(readdirSync(folder).filter((name) => name.includes('.partial'))).toEqual([])
    expect(result).toMatchObject({ what: 'k', drafter: 'lookup', prompts: 6, repetitions: 3, complete: true })
    const [sweep] = result.sweeps
    expect(sweep?.rows.map(({ value }) => value)).toEqual([0, 4])
    expect([0, 4]).toContain(sweep?.best)
    expect(sweep?.rows[1]?.tokensPerStep).toBeGreaterThan(1)
    expect(sweep?.rows[0]).toMatchObject({ speedup: 1, draftedTokens: 0, tokensPerStep: 1 })
  })

  test('Ctrl-C prints what there is, and writes it, with exit code 130', async () => {
    const out = join(folder, 'interrupted.json')
    const host = memoryHost()
    let steps = 0
    // Two short runs come first and count for nothing; each answer has 12 tokens.
    const onVerify = () => void (++steps === 150 && host.signal('SIGINT'))
    const args = ['k', 'm.gguf', '--lengths', '1,2', '--out', out, ...brief]
    const { exitCode, stdout, stderr } = await call(args, { onVerify }, host)
    expect([exitCode, stderr]).toEqual([130, ''])
    expect(stdout).toContain('Interrupted: too early for a verdict.')
    const { complete, sweeps } = JSON.parse(readFileSync(out, 'utf8')) as TuneResult
    expect(complete).toBe(false)
    expect(sweeps[0]?.rows.length).toBeGreaterThan(0)
    expect(sweeps[0]?.rows.every(({ measurements }) => measurements > 0)).toBe(true)
  })
})

test('drafter: all at once, every one, and none', async () => {
  const { exitCode, stdout } = await call(['drafter', 'm.gguf', '--json', ...brief])
  const result = JSON.parse(stdout) as TuneResult
  expect([exitCode, result.drafter]).toEqual([0, ''])
  expect(result.sweeps[0]?.rows.map(({ value }) => value)).toEqual(['none', 'auto', 'lookup', 'suffix'])
})

describe('temp', () => {
  test('the draft model’s own temperature comes second, at the target’s best one', async () => {
    const draftModel = memoryDraftModel()
    const args = ['temp', 'm.gguf', '--temperatures', '0.3,0.5', '--draft', 'd.gguf', '--draft-temperatures', '0,1']
    const { exitCode, stdout } = await call([...args, '--json', ...brief], { engine: 'native' }, memoryHost(), {
      modelDrafter: draftModel.port,
    })
    const { sweeps, drafter } = JSON.parse(stdout) as TuneResult
    expect([exitCode, drafter, draftModel.open()]).toEqual([0, 'model', 0])
    expect(sweeps.map(({ varied, rows }) => [varied, rows.map(({ value }) => value)])).toEqual([
      ['temperature', [0.3, 0.5]],
      ['draft-temperature', [0, 1]],
    ])
    expect(draftModel.temperatures).toEqual([undefined, 0, 1])
  })

  test('each temperature is compared with drafting off at the same one, with one seed', async () => {
    const args = ['temp', 'm.gguf', '--temperatures', '0,0.5', '--seed', '3', '--json', ...brief]
    const { exitCode, stdout } = await call(args, { engine: 'native' })
    const [sweep] = (JSON.parse(stdout) as TuneResult).sweeps
    expect([exitCode, sweep?.varied, sweep?.rows.map(({ value }) => value)]).toEqual([0, 'temperature', [0, 0.5]])
    expect(sweep?.verdict).toContain('at the same temperature')
  })

  test('an engine without sampling is refused in a sentence', async () => {
    const { exitCode, stdout, stderr } = await call(['temp', 'm.gguf', ...brief])
    expect([exitCode, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(
      /^foretoken: tune temp needs an engine that samples.*native engine \(ERR_OPTION_INVALID\)\n$/,
    )
  })
})

describe('prompts', () => {
  const prompts = join(folder, 'prompts')
  mkdirSync(prompts)
  writeFileSync(join(prompts, 'b.txt'), 'second\n')
  writeFileSync(join(prompts, 'a.md'), 'first')
  writeFileSync(join(prompts, 'c.json'), 'no prompt')
  const single = join(folder, 'single.json')
  writeFileSync(single, 'third')

  test('folders by name, files as given, in the chat template', async () => {
    const { prompts: asked } = await call(['k', 'm.gguf', '--lengths', '4', ...brief, '--prompts', prompts, single])
    expect([...new Set(asked)].sort()).toEqual(['user:first\n', 'user:second\n', 'user:third\n'])
  })

  test('--raw takes them as they stand', async () => {
    const { prompts: asked } = await call(['k', 'm.gguf', '--lengths', '4', ...brief, '--raw', '--prompts', prompts])
    expect(new Set(asked)).toEqual(new Set(['first', 'second\n']))
  })

  test('a model without a chat template gets them as they stand', async () => {
    const { prompts: asked } = await call(['k', 'm.gguf', '--lengths', '4', ...brief, '--prompts', single], {
      hasChatTemplate: false,
    })
    expect(new Set(asked)).toEqual(new Set(['third']))
  })

  const empty = join(folder, 'empty')
  mkdirSync(empty)
  const blank = join(folder, 'blank.txt')
  writeFileSync(blank, ' \n')
  const huge = join(folder, 'huge.txt')
  writeFileSync(huge, '')
  truncateSync(huge, 2 ** 20 + 1)
  test.each([
    [join(folder, 'none'), 3, 'cannot be read'],
    [empty, 2, 'has no prompts'],
    [blank, 2, 'is empty'],
    [huge, 2, 'at most 1048576 bytes'],
  ])('%s is refused', async (path, code, words) => {
    const { exitCode, stderr, prompts: asked } = await call(['k', 'm.gguf', '--prompts', path])
    expect([exitCode, asked]).toEqual([code, []])
    expect(stderr).toContain(words)
  })
})

test.each([
  [['k', 'm', '--drafter', 'none'], 'nothing to tune without a drafter'],
  [['k', 'm', '--lengths', '4,,8'], '--lengths must be a list as in 1,2,3'],
  [['k', 'm', '--lengths', '4,65'], '--lengths must be an integer from 0 to 64'],
  [['temp', 'm', '--temperatures', '0,hot'], '--temperatures must be a number from 0 to 5'],
  [['drafter', 'm', '--drafters', 'lokup'], 'there is no drafter "lokup"'],
  [['k', 'm', '--repetitions', '2'], '--repetitions must be an integer from 3 to 100'],
  [['k', 'm', '--lenghts', '4'], "unknown option '--lenghts' (did you mean --lengths?); see foretoken tune k --help"],
])('%j is refused before the model is loaded', async (args, words) => {
  const { exitCode, stderr, prompts } = await call(args)
  expect([exitCode, prompts]).toEqual([2, []])
  expect(stderr).toContain(words)
})
