import { SpeculationError } from '@foretoken/contract'
import OpenAI, {
  APIConnectionTimeoutError,
  APIUserAbortError,
  AuthenticationError,
  BadRequestError,
  InternalServerError,
  NotFoundError,
  RateLimitError,
} from 'openai'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { endless, opening, said, scriptedServer } from '../../../../test/scripted-server.js'
import { eventually } from '../../../../test/scripted-service.js'

const server = await scriptedServer()
const { service } = server
const client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: 'none', maxRetries: 0 })
const ask = { model: 'base', messages: [{ role: 'user' as const, content: 'Hi' }] }

beforeEach(() => server.says())
afterAll(() => server[Symbol.asyncDispose]())

test.each<[string, object, string]>([
  ['no model', { model: undefined }, 'model'],
  ['no messages', { messages: [] }, 'messages'],
  ['two answers', { n: 2 }, 'n'],
  ['a role that is none', { messages: [{ role: 'king', content: 'x' }] }, 'messages[0].role'],
  ['a content that is none', { messages: [{ role: 'user', content: 7 }] }, 'messages[0].content'],
  [
    'a picture elsewhere',
    { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'http://localhost/x.png' } }] }] },
    'messages[0].content[0].image_url.url',
  ],
  ['a hot temperature', { temperature: '1' }, 'temperature'],
  ['an empty stop', { stop: '' }, 'stop'],
  ['top_logprobs alone', { top_logprobs: 2 }, 'top_logprobs'],
  ['no tools', { tool_choice: 'required' }, 'tool_choice'],
  [
    'an unknown tool',
    {
      tools: [{ type: 'function', function: { name: 'a' } }],
      tool_choice: { type: 'function', function: { name: 'b' } },
    },
    'tool_choice',
  ],
  ['an unknown format', { response_format: { type: 'xml' } }, 'response_format.type'],
  ['long drafts', { speculation: { maxTokens: 65 } }, 'speculation.maxTokens'],
])('%s is refused by the name of the field', async (_, change, field) => {
  const asked = service.asked.length
  const refusal = await client.chat.completions.create({ ...ask, ...change } as never).catch((error: unknown) => error)
  expect(refusal).toBeInstanceOf(BadRequestError)
  expect(refusal).toMatchObject({ param: field, type: 'invalid_request_error' })
  expect((refusal as Error).message).toContain(`${field}: `)
  expect(service.asked.length).toBe(asked)
})

test.each([
  ['ERR_OPTION_INVALID', BadRequestError],
  ['ERR_MODEL_UNKNOWN', NotFoundError],
  ['ERR_BUDGET_EXCEEDED', RateLimitError],
  ['ERR_ENGINE_LOST', InternalServerError],
] as const)('%s is the SDK’s own error class, streamed or not', async (code, errorClass) => {
  server.says(() => {
    throw new SpeculationError(code, 'the reason', { details: { option: 'model', retryAfterSeconds: 3 } })
  })
  for (const stream of [false, true]) {
    const refusal = await client.chat.completions.create({ ...ask, stream }).catch((error: unknown) => error)
    expect(refusal).toBeInstanceOf(errorClass)
    expect(refusal).toMatchObject({ code, param: 'model' })
    const { headers } = refusal as { headers: Headers }
    expect(headers.get('retry-after')).toBe(code === 'ERR_BUDGET_EXCEEDED' || code === 'ERR_ENGINE_LOST' ? '3' : null)
  }
})

test('what nobody expected is a 500 without its words', async () => {
  server.says(() => {
    throw new TypeError('cannot read the secret')
  })
  const refusal = await client.chat.completions.create(ask).catch((error: unknown) => error)
  expect(refusal).toBeInstanceOf(InternalServerError)
  expect((refusal as Error).message).not.toContain('secret')
})

test('a stream that fails says so in the stream, and has no [DONE]', async () => {
  server.says(async function* () {
    yield* [...opening, said('Hel')]
    throw new SpeculationError('ERR_ENGINE_LOST', 'the engine ended')
  })
  const seen: string[] = []
  const reading = (async () => {
    for await (const chunk of await client.chat.completions.create({ ...ask, stream: true }))
      seen.push(chunk.choices[0]?.delta.content ?? '')
  })()
  await expect(reading).rejects.toMatchObject({ code: 'ERR_ENGINE_LOST', message: 'the engine ended' })
  expect(seen).toEqual(['', 'Hel'])
  const body = await (
    await fetch(`${server.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...ask, stream: true }),
    })
  ).text()
  expect(body).not.toContain('[DONE]')
})

test('an answer that breaks off without its end is a failure', async () => {
  server.says(() => [...opening, said('x')])
  await expect(client.chat.completions.create(ask)).rejects.toMatchObject({ status: 503, code: 'ERR_ENGINE_LOST' })
})

test.each([true, false])('a client that leaves is heard by the service at once (streamed: %s)', async (stream) => {
  server.says((_, { signal }) => endless(signal, stream))
  const before = service.aborted.length
  const controller = new AbortController()
  const answer = client.chat.completions.create({ ...ask, stream }, { signal: controller.signal })
  const reading = answer.then(async (chunks) => {
    for await (const _ of chunks as AsyncIterable<unknown>) controller.abort()
  })
  if (!stream) {
    await eventually(() => service.open > 0)
    controller.abort()
  }
  await reading.catch((error: unknown) => expect(error).toBeInstanceOf(APIUserAbortError))
  await eventually(() => service.aborted.length === before + 1 && service.open === 0, 2_000)
})

test('a client whose patience ends is heard by the service at once', async () => {
  server.says((_, { signal }) => endless(signal, false))
  const before = service.aborted.length
  const asking = client.chat.completions.create(ask, { timeout: 100 })
  await expect(asking).rejects.toBeInstanceOf(APIConnectionTimeoutError)
  await eventually(() => service.aborted.length === before + 1 && service.open === 0, 2_000)
})

test('wrong keys are the SDK’s AuthenticationError', async () => {
  await using locked = await scriptedServer({ keys: [{ name: 'me', secret: 'sk-right-key' }] })
  const client = (apiKey: string) => new OpenAI({ baseURL: `${locked.url}/v1`, apiKey, maxRetries: 0 })
  await expect(client('sk-wrong-key').models.list()).rejects.toBeInstanceOf(AuthenticationError)
  expect((await client('sk-right-key').models.list()).data).toHaveLength(3)
})
