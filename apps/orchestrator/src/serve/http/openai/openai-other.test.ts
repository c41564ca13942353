import OpenAI, { NotFoundError } from 'openai'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { all, scriptedServer } from '../../../../test/scripted-server.js'
import { completionAnswer, embeddingsAnswer, modelsAnswer, rerankAnswer } from './answer-schemas.js'

const server = await scriptedServer()
const { service } = server
const client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: 'none', maxRetries: 0 })

beforeEach(() => server.says())
afterAll(() => server[Symbol.asyncDispose]())

test('completions continue a text as it stands', async () => {
  const whole = await client.completions.create({ model: 'base', prompt: ['Once'], max_tokens: 3 })
  expect(completionAnswer.parse(whole)).toMatchObject({
    choices: [{ text: 'Hello there', finish_reason: 'stop' }],
    usage: { total_tokens: 9 },
  })
  expect(service.asked.at(-1)?.request.input).toEqual({ kind: 'completion', prompt: 'Once' })
  const chunks = await all(
    await client.completions.create({
      model: 'base',
      prompt: 'Once',
      stream: true,
      stream_options: { include_usage: true },
    }),
  )
  for (const chunk of chunks) completionAnswer.parse(chunk)
  expect(chunks.map(({ choices }) => choices[0]?.text ?? '').join('')).toBe('Hello there')
  expect(chunks.at(-1)?.usage?.prompt_tokens).toBe(7)
})

test('models are listed, and found by name', async () => {
  const page = await client.models.list()
  expect(page.data.map(({ id }) => id)).toEqual(['base', 'org/other.gguf', 'role:coder_primary'])
  modelsAnswer.parse(await (await fetch(`${server.url}/v1/models`)).json())
  expect(await client.models.retrieve('org/other.gguf')).toMatchObject({
    id: 'org/other.gguf',
    state: 'failed',
    failure: 'no such file',
  })
  await expect(client.models.retrieve('../../etc/passwd')).rejects.toBeInstanceOf(NotFoundError)
})

test('embeddings are the same as floats and in base64, which the SDK asks for unasked', async () => {
  const floats = await client.embeddings.create({ model: 'base', input: ['a', 'b'], encoding_format: 'float' })
  embeddingsAnswer.parse(floats)
  const packed = await client.embeddings.create({ model: 'base', input: 'a' })
  expect(floats.data.map(({ embedding }) => embedding)).toEqual([
    [1, 0.5, -1],
    [1, 0.5, -1],
  ])
  expect(packed.data[0]?.embedding).toEqual([1, 0.5, -1])
  expect(floats.usage).toEqual({ prompt_tokens: 2, total_tokens: 2 })
  await expect(client.embeddings.create({ model: 'base', input: 'a', dimensions: 7 })).rejects.toMatchObject({
    status: 400,
    param: 'dimensions',
  })
})

test('documents are ranked', async () => {
  const answer: unknown = await client.post('/rerank', {
    body: { model: 'base', query: 'cat', documents: ['a dog', { text: 'a cat' }], top_n: 1, return_documents: true },
  })
  expect(rerankAnswer.parse(answer)).toMatchObject({
    results: [{ index: 1, relevance_score: 0.9, document: { text: 'a cat' } }],
    usage: { total_tokens: 9 },
  })
})
