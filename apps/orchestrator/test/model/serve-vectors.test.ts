import { fixtureModels } from '@foretoken/fixtures'
import { expect, test } from 'vitest'
import { embeddedEngine } from '../../src/serve/embedded/embedded-engine.js'
import type { EmbeddedEngineOptions } from '../../src/serve/embedded/embedded-engine-options.js'
import type { ServingEngine } from '../../src/serve/serving-engine.js'
import { completion, readAnswer } from '../serving-answers.js'

const { signal } = new AbortController()
const start = (options: Partial<EmbeddedEngineOptions>): Promise<ServingEngine> =>
  embeddedEngine({ path: fixtureModels.base.q8_0, ...options })({ signal, onProgress: () => {}, onEvent: () => {} })

test('a model that was made for vectors makes them, and no text', async () => {
  await using engine = await start({ load: { threads: 1, metadataOverrides: { qwen3: { pooling_type: 1 } } } })
  expect(engine.facts).toMatchObject({ engine: 'node-llama-cpp', slots: 1, drafters: [] })
  const { vectors = [], promptTokens = 0 } = (await engine.embed?.(['a cat', 'a dog', 'a cat'], { signal })) ?? {}
  expect(vectors).toHaveLength(3)
  expect(vectors[0]).toEqual(vectors[2])
  expect(vectors[0]).not.toEqual(vectors[1])
  expect(Math.hypot(...(vectors[0] ?? []))).toBeCloseTo(1, 6)
  expect(promptTokens).toBeGreaterThan(3)
  expect(engine.rerank).toBeUndefined()
  await expect(readAnswer(engine, completion('a'))).rejects.toMatchObject({ code: 'ERR_OPTION_INVALID' })
  await expect(engine.countTokens(completion('a'))).rejects.toMatchObject({ code: 'ERR_OPTION_INVALID' })
  await expect(engine.embed?.(['a'], { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'ERR_ABORTED' })
})

test('a text model makes vectors where that is asked for', async () => {
  await using engine = await start({ load: { engine: 'native', threads: 1 }, slots: 1, embeddings: true })
  const [embeddings, { text }] = await Promise.all([
    engine.embed?.(['a cat'], { signal }),
    readAnswer(engine, completion('Once upon a time', { maxTokens: 4 })),
  ])
  expect(embeddings?.vectors[0]).toHaveLength(192)
  expect(text).not.toBe('')
})
