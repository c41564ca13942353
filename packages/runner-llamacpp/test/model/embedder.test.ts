import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fixtureModels } from '@foretoken/fixtures'
import { afterAll, expect, test } from 'vitest'
import { isEmbedder, loadEmbedder } from '../../src/index.js'
import { rerankerBytes } from '../reranker-file.js'

const path = fixtureModels.base.f16
const folder = mkdtempSync(join(tmpdir(), 'foretoken-'))
afterAll(() => rmSync(folder, { recursive: true }))

function likeness(one: readonly number[], other: readonly number[]): number {
  return one.reduce((sum, value, index) => sum + value * (other[index] ?? 0), 0)
}

test.each([
  ['mean', 1],
  ['last', 3],
] as const)('texts become vectors of length 1, by the pooling "%s" of the file', async (pooling, number) => {
  await using embedder = await loadEmbedder(path, {
    threads: 1,
    metadataOverrides: { qwen3: { pooling_type: number } },
  })
  expect(embedder.facts).toMatchObject({ architecture: 'qwen3', pooling, ranks: false })
  const texts = [
    'The cat sat on the mat.',
    'The cat sat on a mat.',
    'const total = add(a, b)',
    'The cat sat on the mat.',
  ]
  const [one, near, far, same] = await Promise.all(texts.map((text) => embedder.embed(text)))
  if (!one || !near || !far || !same) throw new Error('four texts, four vectors')
  for (const { vector } of [one, near, far]) expect(likeness(vector, vector)).toBeCloseTo(1, 6)
  expect(same).toEqual(one)
  expect(likeness(one.vector, near.vector)).toBeGreaterThan(likeness(one.vector, far.vector))
  expect(one.tokens).toBeGreaterThan(3)
})

test('says that a text model was not made for vectors, and what it cannot do', async () => {
  await using embedder = await loadEmbedder(path, { threads: 1, contextTokens: 32 })
  expect(embedder.facts.pooling).toBe('none')
  expect(await embedder.embed('a')).toMatchObject({ tokens: 1 })
  await expect(embedder.embed('')).rejects.toMatchObject({ code: 'ERR_OPTION_INVALID' })
  await expect(embedder.embed('word '.repeat(40))).rejects.toMatchObject({ code: 'ERR_CONTEXT_FULL' })
  await expect(embedder.rank('a', 'b')).rejects.toMatchObject({ code: 'ERR_OPTION_INVALID' })
})

test('documents are ranked by a model with a classifier', async () => {
  const reranker = join(folder, 'reranker.gguf')
  writeFileSync(reranker, rerankerBytes(path, 192))
  await using embedder = await loadEmbedder(reranker, { threads: 1 })
  expect(embedder.facts).toMatchObject({ pooling: 'rank', ranks: true })
  expect([await isEmbedder(reranker), await isEmbedder(path)]).toEqual([true, false])
  const documents = ['A cat is an animal.', 'const total = add(a, b)', 'Paris is in France.']
  const ranks = await Promise.all(documents.map((document) => embedder.rank('What is a cat?', document)))
  for (const { score, tokens } of ranks) {
    expect(score).toBeGreaterThan(0)
    expect(score).toBeLessThan(1)
    expect(tokens).toBeGreaterThan(8)
  }
  expect(new Set(ranks.map(({ score }) => score)).size).toBe(3)
  expect(await embedder.rank('What is a cat?', documents[1] ?? '')).toEqual(ranks[1])
  await expect(embedder.embed('a')).rejects.toMatchObject({ code: 'ERR_OPTION_INVALID' })
})
