import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fixtureModels, fixturePath, fixturePrompts } from '@foretoken/fixtures'
import { afterAll, expect, test } from 'vitest'
import type { CorpusResult, RunResult } from '../../src/index.js'
import { callJson } from '../call-json.js'

const folder = mkdtempSync(join(tmpdir(), 'foretoken-'))
afterAll(() => rmSync(folder, { recursive: true }))

const model = fixtureModels.base.q8_0
const kinds = ['rename', 'arithmetic', 'sql']
const prompts = fixturePrompts.filter(({ kind }) => kinds.includes(kind))

/** Answers every prompt, one run each. */
async function answers(memory: readonly string[]): Promise<readonly RunResult[]> {
  const results: RunResult[] = []
  for (const { id } of prompts) {
    const prompt = ['-f', fixturePath('prompts', `${id}.txt`), '--raw', '--max-tokens', '64', '--threads', '1']
    // Drafts the same however fast the machine is.
    const drafting = ['--drafter', 'suffix', '--policy', 'windowed', ...memory]
    const { exitCode, result } = await callJson<RunResult>('run', model, ...prompt, ...drafting)
    expect(exitCode).toBe(0)
    results.push(result)
  }
  return results
}

const sum = (results: readonly RunResult[], figure: 'steps' | 'acceptedTokens' | 'tokens'): number =>
  results.reduce((total, result) => total + result[figure], 0)

test('answers that are remembered come in a few steps, and are the same', async () => {
  const memory = ['--memory', join(folder, 'answers.ftmem')]
  const [plain, first, second] = [await answers([]), await answers(memory), await answers(memory)]
  const texts = plain.map(({ text }) => text)
  expect(first.map(({ text }) => text)).toEqual(texts)
  expect(second.map(({ text }) => text)).toEqual(texts)
  expect(sum(second, 'acceptedTokens')).toBeGreaterThan(sum(first, 'acceptedTokens'))
  expect(sum(second, 'steps')).toBeLessThan(sum(second, 'tokens') / 5)
  expect(readdirSync(folder)).toEqual(['answers.ftmem'])
})

test('a corpus is split by the model’s tokenizer, and loads', async () => {
  const out = join(folder, 'prompts.ftmem')
  const built = await callJson<CorpusResult>('corpus', 'build', fixturePath('prompts'), '--model', model, '-o', out)
  expect(built).toMatchObject({ exitCode: 0, result: { files: fixturePrompts.length, skipped: {} } })
  const before = readFileSync(out)
  const [result] = await answers(['--memory', out])
  expect(result?.memory?.tokensBefore).toBeGreaterThan(built.result.tokens / 2)
  expect(readFileSync(out).length).toBeGreaterThanOrEqual(before.length)
})
