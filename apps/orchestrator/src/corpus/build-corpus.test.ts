import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suffixDrafter } from '@foretoken/drafter-suffix'
import type { Tokenizer } from '@foretoken/runner-llamacpp'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { callRun } from '../../test/call-run.js'
import { memoryHost } from '../../test/memory-host.js'
import { memoryModel } from '../../test/memory-model.js'
import { main } from '../main.js'
import type { RunResult } from '../run-result.js'
import type { CorpusResult } from './corpus-result.js'

const base = mkdtempSync(join(tmpdir(), 'foretoken-'))
const [folder, results] = [join(base, 'texts'), join(base, 'results')] as const
const out = join(results, 'c.ftmem')
for (const path of [folder, results]) mkdirSync(path)
afterAll(() => rmSync(base, { recursive: true }))
beforeEach(() => rmSync(out, { force: true }))

const QUERY = 'SELECT name, city FROM customers WHERE since > 2024 ORDER BY name;'
writeFileSync(join(folder, 'query.sql'), QUERY)
writeFileSync(join(folder, 'picture.png'), 'x')
writeFileSync(join(folder, 'large.json'), 'x'.repeat(2_000))

async function build(args: readonly string[], host = memoryHost(), onText?: () => void) {
  const { tokenize, facts } = memoryModel({ answer: () => '' })
  let open = 0
  const loadTokenizer = async (): Promise<Tokenizer> => {
    open++
    return {
      facts,
      tokenize(text) {
        onText?.()
        return tokenize(text)
      },
      [Symbol.asyncDispose]: async () => void open--,
    }
  }
  const exitCode = await main(['corpus', 'build', ...args, '--model', 'memory.gguf'], host, { loadTokenizer })
  expect([open, host.listeners('SIGINT')]).toEqual([0, 0])
  return { exitCode, ...host.written }
}

test('a folder becomes a memory that run drafts from', async () => {
  const { exitCode, stdout, stderr } = await build([folder, '-o', out, '--max-file-bytes', '1000', '--json'])
  expect([exitCode, stderr]).toEqual([0, ''])
  expect(JSON.parse(stdout) as CorpusResult).toEqual({
    ...{ folder, out, model: 'memory.gguf', tokenizerFingerprint: 'utf-16' },
    ...{ fileBytes: readFileSync(out).length, files: 1, tokens: QUERY.length, textBytes: QUERY.length },
    skipped: { extension: 1, 'too-large': 1 },
  })
  const args = ['-p', 'x', '--json', '--drafter', 'suffix', '--policy', 'windowed']
  const model = { answer: () => QUERY }
  const [without, withIt] = [await callRun(args, { model }), await callRun([...args, '--memory', out], { model })]
  const [plain, drafted] = [without, withIt].map(({ stdout: text }) => JSON.parse(text) as RunResult)
  expect(drafted?.steps).toBeLessThan((plain?.steps ?? 0) / 2)
})

test('the summary says what was left out, and how to change that', async () => {
  const { stdout } = await build([folder, '-o', out, '--include', '*.sql,.JSON', '--max-file-bytes', '1000'])
  expect(stdout).toMatch(/c\.ftmem: 1 files of .*texts, 66 tokens, \d\.\d MB\n/)
  expect(stdout).toMatch(/left out: 1 of other kinds \(--include\), 1 too large \(--max-file-bytes\)\n$/)
})

test('a corpus that is larger than its room leaves files out and forgets none', async () => {
  const many = join(base, 'many')
  mkdirSync(many)
  for (let file = 0; file < 60; file++)
    writeFileSync(join(many, `${String(file).padStart(2, '0')}.txt`), `${file} `.repeat(700))
  const { stdout } = await build([many, '-o', out, '--max-bytes', String(2 ** 20), '--json'])
  const { files, tokens, skipped } = JSON.parse(stdout) as CorpusResult
  expect([files + (skipped['no-room'] ?? 0), files > 2, files < 60]).toEqual([60, true, true])
  using drafter = suffixDrafter({ tokenizerFingerprint: 'utf-16' })
  await drafter.load(out)
  expect(drafter.stats().tokens).toBeGreaterThanOrEqual(tokens)
})

describe('nothing is written', () => {
  test('on Ctrl-C: what was there before stays', async () => {
    writeFileSync(out, 'before')
    const host = memoryHost()
    const { exitCode, stderr } = await build([folder, '-o', out], host, () => host.signal('SIGINT'))
    expect([exitCode, stderr]).toEqual([130, 'foretoken: interrupted before there was anything to show\n'])
    expect([readdirSync(results), readFileSync(out, 'utf8')]).toEqual([['c.ftmem'], 'before'])
  })

  test.each([
    [[join(base, 'none')], 3, 'none cannot be read'],
    [[join(folder, 'query.sql')], 3, 'is no folder'],
    [[folder, '--include', 'py'], 2, 'has no text to read (left out: 3 of other kinds'],
    [[folder, '--max-files', '2'], 4, 'raise --max-files'],
    [[folder, '--include', ','], 2, '--include must be a list'],
  ] as const)('for %j', async (args, code, words) => {
    const { exitCode, stdout, stderr } = await build([...args, '-o', out])
    expect([exitCode, stdout]).toEqual([code, ''])
    expect(stderr).toMatch(/^foretoken: [^\n]+; [^\n]+ \(ERR_\w+\)\n$/)
    expect(stderr).toContain(words)
    expect(readdirSync(results)).toEqual([])
  })

  test('where the file cannot lie', async () => {
    const { exitCode, stderr } = await build([folder, '-o', join(base, 'none', 'c.ftmem')])
    expect([exitCode, stderr]).toEqual([3, expect.stringContaining('name another place')])
  })
})
