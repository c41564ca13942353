import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { callRun } from '../test/call-run.js'
import { memoryHost } from '../test/memory-host.js'
import { memoryModel } from '../test/memory-model.js'
import { main } from './main.js'
import type { RunResult } from './run-result.js'

const folder = mkdtempSync(join(tmpdir(), 'foretoken-'))
const path = join(folder, 'm.ftmem')
afterAll(() => rmSync(folder, { recursive: true }))
beforeEach(() => rmSync(path, { force: true }))

const ANSWER = 'The quick brown fox jumps over a lazy dog, and 47 others see it happen.'
const drafting = ['--drafter', 'suffix', '--policy', 'windowed']
const remember = (memory = path): readonly string[] => ['-p', 'x', ...drafting, '--memory', memory]
const model = { answer: () => ANSWER }

async function answered(args = remember()): Promise<RunResult> {
  const { exitCode, stdout, stderr } = await callRun([...args, '--json'], { model })
  expect([exitCode, stderr]).toEqual([0, ''])
  return JSON.parse(stdout) as RunResult
}

test('a second run drafts what the first one wrote; the text is the same', async () => {
  const first = await answered()
  const second = await answered()
  expect([first.text, second.text]).toEqual([ANSWER, ANSWER])
  expect(second.steps).toBeLessThan(first.steps / 2)
  expect(second.acceptedTokens).toBeGreaterThan(2 * first.acceptedTokens)
  expect(first.memory).toEqual({ path, tokensBefore: 0, tokens: expect.any(Number) })
  expect(second.memory?.tokensBefore).toBe(first.memory?.tokens)
  expect(readdirSync(folder)).toEqual(['m.ftmem'])
})

test('without --json a line says what is remembered', async () => {
  const { stderr } = await callRun(remember(), { model })
  expect(stderr).toMatch(/m\.ftmem remembers (\d+) tokens, \1 more than before\n$/)
})

test('a text that is interrupted is remembered as far as it came', async () => {
  const host = memoryHost({ piped: '' })
  let steps = 0
  const slow = memoryModel({ ...model, onVerify: () => void (++steps === 40 && host.signal('SIGINT')) })
  expect(await main(['run', 'm', ...remember(), '--json'], host, { loadModel: async () => slow })).toBe(130)
  const { finish, memory } = JSON.parse(host.written.stdout) as RunResult
  expect([finish, memory?.tokensBefore]).toEqual(['aborted', 0])
  const next = await answered()
  expect(next.memory?.tokensBefore).toBe(memory?.tokens)
  expect(next.acceptedTokens).toBeGreaterThan(30)
})

test('--compare and tune start from the memory and leave it as it is', async () => {
  await answered()
  const before = readFileSync(path)
  const compared = await answered([...remember(), '--compare', '--repetitions', '2'])
  expect(compared).not.toHaveProperty('memory')
  expect(compared.steps).toBeLessThan(10)
  const host = memoryHost()
  const args = [
    'drafter',
    'm',
    '--drafters',
    'lookup,suffix',
    '--memory',
    path,
    '--repetitions',
    '3',
    '--json',
    '--k',
    '8',
  ]
  expect(await main(['tune', ...args], host, { loadModel: async () => memoryModel(model) })).toBe(0)
  const [{ rows }] = JSON.parse(host.written.stdout).sweeps
  const [lookup, suffix] = ['lookup', 'suffix'].map((name) => rows.find((row: { value: string }) => row.value === name))
  // The first of its prompts already.
  expect(suffix.tokensPerStep).toBeGreaterThan(2 * lookup.tokensPerStep)
  expect(readFileSync(path)).toEqual(before)
})

describe('refused, and left as it was', () => {
  test('the memory of another tokenizer', async () => {
    await answered()
    const before = readFileSync(path)
    const { exitCode, stderr } = await callRun(remember(), { model: { ...model, tokenizerFingerprint: 'utf-8' } })
    expect([exitCode, stderr]).toEqual([
      3,
      `foretoken: the memory ${path} is of another tokenizer than that of memory.gguf; give this model a memory of its own (ERR_VOCABULARY_MISMATCH)\n`,
    ])
    expect(readFileSync(path)).toEqual(before)
  })

  test('a damaged one, and what is none', async () => {
    await answered()
    const damaged = readFileSync(path)
    damaged[damaged.length >> 1] = (damaged[damaged.length >> 1] ?? 0) ^ 1
    for (const content of [damaged, Buffer.from('a letter'), Buffer.alloc(0)]) {
      writeFileSync(path, content)
      const { exitCode, stdout, stderr } = await callRun(remember(), { model })
      expect([exitCode, stdout]).toEqual([5, ''])
      expect(stderr).toMatch(/^foretoken: [^\n]+; name another --memory, [^\n]+ \(ERR_MEMORY_FORMAT\)\n$/)
      expect(readFileSync(path)).toEqual(content)
    }
  })

  test.each([
    [folder, 'is a folder; name a file'],
    [join(folder, 'none', 'm.ftmem'), 'its folder is missing or read-only'],
  ])('%s', async (memory, words) => {
    const { exitCode, stderr, model: used } = await callRun(remember(memory), { model })
    expect([exitCode, used.prompts, used.open()]).toEqual([3, [], 0])
    expect(stderr).toContain(words)
  })
})
