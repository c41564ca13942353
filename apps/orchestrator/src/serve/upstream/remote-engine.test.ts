import { describe, expect, test } from 'vitest'
import { type JsonServer, jsonServer } from '../../../test/json-server.js'
import { completion, readAnswer } from '../../../test/serving-answers.js'
import { type RemoteEngineOptions, remoteEngine } from './remote-engine.js'

const { signal } = new AbortController()
const models = { data: [{ id: 'other' }, { id: 'm', max_model_len: 4_096 }] }

async function engineOf(server: JsonServer, options: Partial<RemoteEngineOptions> = {}) {
  const start = remoteEngine({ servers: [{ baseUrl: server.url }], model: 'm', retries: 0, ...options })
  return await start({ signal, onProgress: () => {}, onEvent: () => {} })
}

describe('a remote engine', () => {
  test('says what it and its servers know', async () => {
    await using server = await jsonServer({ '/v1/models': models })
    await using engine = await engineOf(server)
    expect(engine.facts).toEqual({
      ...{ engine: 'remote', contextTokens: 4_096, slots: 16, memoryBytes: 0, takesImages: false },
      ...{ toolFormat: 'engine', drafters: [] },
    })
    expect([engine.embed, engine.rerank]).toEqual([undefined, undefined])
    await using told = await engineOf(server, { contextTokens: 99, slots: 2, takesImages: true })
    expect(told.facts).toMatchObject({ contextTokens: 99, slots: 2, takesImages: true })
    await using unknown = await engineOf(server, { model: 'unknown' })
    expect(unknown.facts.contextTokens).toBe(131_072)
  })

  test('starts where there is no list of models, and not where nobody answers', async () => {
    await using server = await jsonServer({})
    await using engine = await engineOf(server)
    expect(engine.facts.engine).toBe('remote')
    const start = remoteEngine({ servers: [{ baseUrl: 'http://127.0.0.1:1/v1' }], model: 'm', retries: 0 })
    const failed = start({ signal, onProgress: () => {}, onEvent: () => {} })
    await expect(failed).rejects.toMatchObject({ code: 'ERR_ENGINE_LOST' })
  })

  test('answers', async () => {
    const choice = (text: string, reason: string | null = null) => ({
      choices: [{ index: 0, text, finish_reason: reason }],
    })
    const usage = { choices: [], usage: { prompt_tokens: 3, completion_tokens: 2 } }
    await using server = await jsonServer({
      '/v1/models': models,
      '/v1/completions': [choice('a'), choice('b', 'length'), usage],
    })
    await using engine = await engineOf(server)
    const { text, end } = await readAnswer(engine, completion('Hi'))
    expect(text).toBe('ab')
    expect(end).toEqual({ kind: 'end', finish: 'length', completionTokens: 2, promptTokens: 3, reusedTokens: 0 })
    expect(server.requests.at(-1)?.body).toMatchObject({ model: 'm', prompt: 'Hi', max_tokens: 48 })
  })

  test('counts tokens where its kind can', async () => {
    await using server = await jsonServer({ '/v1/models': models, '/tokenize': { count: 5, tokens: [1] } })
    await using vllm = await engineOf(server, { dialect: 'vllm' })
    expect(await vllm.countTokens(completion('Hi'))).toBe(5)
    expect(server.requests.at(-1)).toEqual({ url: '/tokenize', body: { model: 'm', prompt: 'Hi' } })
    await using llama = await engineOf(server, { dialect: 'llama.cpp' })
    expect(await llama.countTokens(completion('Hi'))).toBe(1)
    await using other = await engineOf(server)
    await expect(other.countTokens(completion('Hi'))).rejects.toMatchObject({ code: 'ERR_OPTION_INVALID' })
  })

  test('makes vectors and ranks in the order of the texts', async () => {
    const vectors = { data: [1, 0].map((index) => ({ index, embedding: [index, 0.5] })), usage: { prompt_tokens: 4 } }
    const ranks = { results: [1, 0].map((index) => ({ index, relevance_score: index === 0 ? 0.2 : 0.9 })) }
    await using server = await jsonServer({ '/v1/models': models, '/v1/embeddings': vectors, '/v1/rerank': ranks })
    await using engine = await engineOf(server, { embeds: true, ranks: true })
    expect(await engine.embed?.(['a', 'b'], { signal })).toEqual({
      ...{
        vectors: [
          [0, 0.5],
          [1, 0.5],
        ],
        promptTokens: 4,
      },
    })
    expect(await engine.rerank?.('q', ['a', 'b'], { signal })).toEqual({ scores: [0.2, 0.9], promptTokens: 0 })
    await expect(engine.embed?.(['a'], { signal })).rejects.toThrow('answered 2 of 1 texts')
    await using raw = await engineOf(server, { ranks: true, dialect: 'llama.cpp' })
    const { scores = [] } = (await raw.rerank?.('q', ['a', 'b'], { signal })) ?? {}
    expect(scores.map((score) => score.toFixed(3))).toEqual(['0.550', '0.711'])
  })

  test('sends no images and no drafters, unless it may', async () => {
    await using server = await jsonServer({ '/v1/models': models })
    await using engine = await engineOf(server)
    const messages = [{ role: 'user', content: 'x', images: [{ mediaType: 'image/png', base64: 'AA' }] }] as const
    const seen = completion('', { input: { kind: 'chat', messages, tools: [], toolChoice: 'auto' } })
    await expect(readAnswer(engine, seen)).rejects.toThrow('takes no images')
    const drafted = completion('x', { speculation: { drafters: ['suffix'] } })
    await expect(readAnswer(engine, drafted)).rejects.toThrow('cannot be told who drafts')
    await expect(readAnswer(engine, completion('x', { speculation: { off: true } }))).rejects.toThrow('404')
  })
})
