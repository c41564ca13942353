import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { errorTable, SpeculationError } from '@foretoken/contract'
import { afterAll, describe, expect, test } from 'vitest'
import { callRun } from '../test/call-run.js'
import { memoryDraftModel } from '../test/memory-draft-model.js'
import { memoryHost } from '../test/memory-host.js'
import { main } from './main.js'
import type { RunResult } from './run-result.js'

/** Drafts the same whatever the clock says. */
const DRAFTED = ['--drafter', 'lookup', '--policy', 'windowed']
const LINES = 'one two three\n'.repeat(10)

describe('the text', () => {
  test('stdout is the text to the byte, stderr the closing line, and nothing is left open', async () => {
    const { exitCode, stdout, stderr, model } = await callRun(['-p', LINES, '--raw', ...DRAFTED])
    expect([exitCode, stdout]).toEqual([0, LINES])
    expect(stderr).toMatch(/^\d+ tokens · [\d.]+ tokens\/step · lookup \d+ of \d+ accepted .* · end of text\n$/)
    expect(model.open()).toBe(0)
  })

  test('on a terminal drafted text is green, the target’s own is not', async () => {
    const { stdout } = await callRun(['-p', LINES, '--raw', ...DRAFTED], { terminal: true })
    const own = stdout
      .split('\u001b[32m')
      .map((part) => part.split('\u001b[39m').at(-1))
      .join('')
    expect(stripVTControlCharacters(stdout)).toBe(LINES)
    expect(own.length).toBeGreaterThan(0)
    expect(own.length).toBeLessThan(LINES.length / 2)
  })

  test.each([
    ['--no-color', ['--no-color'], {}],
    ['NO_COLOR', [], { NO_COLOR: '1' }],
  ] as const)('%s makes it plain', async (_, args, env) => {
    const { stdout, stderr } = await callRun(['-p', LINES, '--raw', ...args], { terminal: true, env })
    expect(stdout).toBe(LINES)
    expect(stderr).not.toContain('\u001b[3')
  })

  test('a stop text and --max-tokens end it', async () => {
    const stopped = await callRun(['-p', LINES, '--raw', '--stop', 'two', '--stop', 'four'])
    expect([stopped.stdout, stopped.stderr]).toEqual(['one ', expect.stringContaining('at a --stop text')])
    const cut = await callRun(['-p', LINES, '--raw', '--max-tokens', '5'])
    expect([cut.stdout, cut.stderr]).toEqual(['one t', expect.stringContaining('at --max-tokens')])
  })
})

describe('the prompt', () => {
  test.each([
    ['-p', ['-p', 'hi\n'], ''],
    ['a pipe', [], 'hi\n'],
    ['-p -', ['-p', '-'], 'hi\n'],
    ['-f -', ['-f', '-'], 'hi\n'],
  ] as const)('%s is the user’s turn, without its last newline', async (_, args, piped) => {
    const { model } = await callRun([...args, '--system', 'Be brief.'], { piped })
    expect(model.prompts).toEqual(['system:Be brief.\nuser:hi\n'])
  })

  test('--raw takes it as it stands', async () => {
    expect((await callRun(['--raw'], { piped: 'hi\n' })).model.prompts).toEqual(['hi\n'])
  })
})

describe('--json', () => {
  test('prints one object, the same figures as the steps', async () => {
    const { exitCode, stdout, stderr } = await callRun(['-p', LINES, '--raw', '--json', ...DRAFTED])
    const result = JSON.parse(stdout) as RunResult
    expect([exitCode, stderr]).toEqual([0, ''])
    expect(result).toMatchObject({ text: LINES, finish: 'end-of-text', tokens: LINES.length + 1, promptTokens: 140 })
    expect(result).toMatchObject({ drafter: 'lookup', model: 'memory.gguf', engine: 'node-llama-cpp' })
    expect(result.steps).toBeLessThan(result.tokens / 2)
    expect(result.tokensPerStep).toBe(result.tokens / result.steps)
    expect(result.acceptanceRate).toBe(result.acceptedTokens / result.draftedTokens)
    expect(result.byDrafter).toMatchObject({ lookup: { acceptedTokens: result.acceptedTokens } })
    expect(result.tokensPerSecond).toBeGreaterThan(0)
    expect(Object.values(result.timings).every((ms) => ms >= 0)).toBe(true)
  })

  test('without a drafter nothing is drafted', async () => {
    const { stdout } = await callRun(['-p', LINES, '--raw', '--json', '--drafter', 'none'])
    expect(JSON.parse(stdout)).toMatchObject({ text: LINES, draftedTokens: 0, byDrafter: {}, tokensPerStep: 1 })
  })
})

describe('--compare', () => {
  test('adds what drafting brought', async () => {
    const { exitCode, stdout, model } = await callRun([
      '-p',
      LINES,
      '--raw',
      '--json',
      '--compare',
      '--repetitions',
      '2',
      ...DRAFTED,
    ])
    const result = JSON.parse(stdout) as RunResult
    expect(exitCode).toBe(0)
    expect(result).toMatchObject({ text: LINES, identical: true, repetitions: 2 })
    expect(result).not.toHaveProperty('divergence')
    expect(result.speedupRange?.[0]).toBeLessThanOrEqual(result.speedup ?? 0)
    expect(result.steps).toBeLessThan(result.tokens / 2)
    expect(model.open()).toBe(0)
  })

  test('shows the text once, and a line about it', async () => {
    const { stdout, stderr } = await callRun(['-p', LINES, '--raw', '--compare'])
    expect(stdout).toBe(LINES)
    expect(stderr).toMatch(/plain decoding.*in 3 repetitions.*identical text\n$/)
  })

  test('a model that changes its mind is reported, with exit code 70', async () => {
    let calls = 0
    const model = { answer: () => (++calls % 2 === 1 ? 'first answer' : 'first thought') }
    const { exitCode, stdout } = await callRun(['-p', 'x', '--raw', '--compare', '--repetitions', '1', '--json'], {
      model,
    })
    expect(JSON.parse(stdout)).toMatchObject({ identical: false, divergence: { index: 6 } })
    expect(exitCode).toBe(70)
  })
})

describe('how tokens are chosen', () => {
  const folder = mkdtempSync(join(tmpdir(), 'foretoken-'))
  afterAll(() => rmSync(folder, { recursive: true }))
  const grammar = join(folder, 'digits.gbnf')
  writeFileSync(grammar, 'root ::= [0-9]+')

  test('the options reach the session, and the result says them', async () => {
    const args = ['-p', 'x', '--json', '--temp', '0.7', '--seed', '5', '--top-k', '40', '--min-p', '0.1']
    const more = ['--repeat-penalty', '1.3', '--dry-multiplier', '0.8', '--grammar', grammar]
    const { exitCode, stdout, model } = await callRun([...args, ...more], { model: { engine: 'native' } })
    const sampling = {
      temperature: 0.7,
      seed: 5,
      ...{ topK: 40, minP: 0.1 },
      ...{ penalties: { repeat: 1.3 }, dry: { multiplier: 0.8 } },
    }
    expect([exitCode, model.choices]).toEqual([0, [{ sampling, grammar: 'root ::= [0-9]+' }]])
    expect(JSON.parse(stdout)).toMatchObject({ sampling })
  })

  test('--compare chooses alike in every run', async () => {
    const args = ['-p', 'x', '--json', '--temp', '1', '--compare', '--repetitions', '1']
    const { exitCode, model } = await callRun(args, { model: { engine: 'native' } })
    expect(exitCode).toBe(0)
    expect(new Set(model.choices.map(({ sampling }) => sampling?.temperature))).toEqual(new Set([1]))
    expect(new Set(model.choices.map(({ sampling }) => sampling?.seed)).size).toBe(1)
  })

  test('greedy decoding says nothing', async () => {
    const { stdout, model } = await callRun(['-p', 'x', '--json'])
    expect(model.choices).toEqual([{}])
    expect(JSON.parse(stdout)).not.toHaveProperty('sampling')
  })

  test('what an engine cannot do is told in the option’s name', async () => {
    const { exitCode, stderr } = await callRun(['-p', 'x', '--temp', '0.7'])
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('foretoken: --temp must be 0, got 0.7')])
  })

  test.each(['inline', 'file'])('a JSON Schema, %s, becomes a grammar', async (how) => {
    const schema = '{ "type": "object", "properties": { "city": { "type": "string" } }, "required": ["city"] }'
    const path = join(folder, 'schema.json')
    writeFileSync(path, schema)
    const { exitCode, model } = await callRun(['-p', 'x', '--json-schema', how === 'file' ? path : schema])
    expect([exitCode, model.choices]).toEqual([0, [{ grammar: expect.stringMatching(/root ::= .*city/s) }]])
  })

  test.each([
    ['{ "type": ', 2, '--json-schema must be a JSON Schema or a file of one'],
    [join(folder, 'none.json'), 3, 'none.json cannot be read'],
  ])('the schema %s is refused', async (schema, code, words) => {
    const { exitCode, stderr, model } = await callRun(['-p', 'x', '--json-schema', schema])
    expect([exitCode, model.choices]).toEqual([code, []])
    expect(stderr).toContain(words)
  })

  test('an empty grammar, and a schema that is a list', async () => {
    const empty = join(folder, 'empty.gbnf')
    writeFileSync(empty, ' \n')
    const grammarless = await callRun(['-p', 'x', '--grammar', empty])
    expect([grammarless.exitCode, grammarless.model.choices]).toEqual([2, []])
    expect(grammarless.stderr).toContain('empty.gbnf is empty; ')
    const listed = await callRun(['-p', 'x', '--json-schema', '[1]'])
    expect([listed.exitCode, listed.stderr]).toEqual([2, expect.stringContaining('the JSON schema')])
  })

  test('a grammar that cannot be read', async () => {
    const { exitCode, stderr, model } = await callRun(['-p', 'x', '--grammar', join(folder, 'none')])
    expect([exitCode, model.choices]).toEqual([3, []])
    expect(stderr).toMatch(/the grammar file .*none cannot be read/)
  })
})

describe('--draft', () => {
  test.each([
    [['--drafter', 'model'], 'model'],
    [[], 'auto'],
  ] as const)('a draft model drafts (%j)', async (args, drafter) => {
    const draftModel = memoryDraftModel()
    const given = ['-p', LINES, '--raw', '--json', '--draft', 'd.gguf', '--draft-temp', '0.5', ...args]
    const { exitCode, stdout } = await callRun(given, { modelDrafter: draftModel.port })
    expect([exitCode, draftModel.open()]).toEqual([0, 0])
    expect(JSON.parse(stdout)).toMatchObject({ text: LINES, drafter })
    expect(draftModel.temperatures).toContain(0.5)
  })

  test('and is there for every run of a comparison', async () => {
    const draftModel = memoryDraftModel()
    const args = ['-p', LINES, '--raw', '--json', '--draft', 'd.gguf', '--drafter', 'model', '--k', '8', '--compare']
    const { exitCode, stdout } = await callRun(args, { modelDrafter: draftModel.port })
    const { byDrafter, identical } = JSON.parse(stdout) as RunResult
    expect([exitCode, identical, draftModel.open()]).toEqual([0, true, 0])
    expect(byDrafter['model']?.acceptedTokens).toBeGreaterThan(0)
  })

  test('auto needs an engine that measures costs, and says so', async () => {
    const draftModel = memoryDraftModel()
    const measureCost = () => Promise.reject(new SpeculationError('ERR_OPTION_INVALID', 'cannot be measured'))
    const called = await callRun(['-p', 'x', '--draft', 'd.gguf'], {
      model: { measureCost },
      modelDrafter: draftModel.port,
    })
    expect([called.exitCode, called.model.open(), draftModel.open()]).toEqual([2, 0, 0])
    expect(called.stderr).toContain('name the drafter, as --drafter model (ERR_OPTION_INVALID)')
  })

  test.each([
    [[], true],
    [['--drafter', 'lookup'], true],
    [['--policy', 'windowed', '--drafter', 'lookup'], false],
    [['--k', '4', '--drafter', 'lookup'], false],
    [['--drafter', 'none'], false],
  ])('what drafts cost is measured beforehand where it is weighed (%j)', async (args, isMeasured) => {
    let measured = false
    const measureCost = async () => {
      measured = true
      return { points: [{ width: 1, seconds: 0.01 }] }
    }
    const model = { engine: 'native', measureCost } as const
    const { exitCode, model: closed } = await callRun(['-p', 'x', '--raw', ...args], { model })
    expect([exitCode, closed.open(), measured]).toEqual([0, 0, isMeasured])
  })

  test('one that does not fit is refused, and nothing stays open', async () => {
    const modelDrafter = () => Promise.reject(new SpeculationError('ERR_VOCABULARY_MISMATCH', 'd.gguf cannot draft'))
    const { exitCode, stderr, model } = await callRun(['-p', 'x', '--draft', 'd.gguf'], { modelDrafter })
    expect([exitCode, model.open()]).toEqual([3, 0])
    expect(stderr).toContain('ERR_VOCABULARY_MISMATCH')
  })
})

describe('help', () => {
  test('shows the examples and every exit code of the table', async () => {
    const host = memoryHost()
    expect(await main(['run', '--help'], host)).toBe(0)
    expect([host.written.stderr, host.written.stdout]).toEqual(['', expect.stringContaining('Examples:')])
    const codes = host.written.stdout.slice(host.written.stdout.indexOf('Exit codes:'))
    for (const { exitCode } of Object.values(errorTable)) expect(codes).toMatch(new RegExp(`\\b${exitCode}\\b`))
  })

  test('stands alone where no command is given; the version is the package’s', async () => {
    const bare = memoryHost()
    expect(await main([], bare)).toBe(2)
    expect(bare.written.stderr).toMatch(/Start here:[^;]*$/)
    const version = memoryHost()
    expect(await main(['--version'], version)).toBe(0)
    expect(version.written.stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
  })

  test('an unknown command gets a suggestion', async () => {
    const host = memoryHost()
    expect(await main(['rum'], host)).toBe(2)
    expect(host.written.stderr).toMatch(/^foretoken: unknown command 'rum' \(did you mean run\?\); [^\n]+\n$/)
  })
})
