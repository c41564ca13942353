import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { plainAnswer, scriptedService } from '../../../test/scripted-service.js'
import { type App, createApp } from './create-app.js'
import { limitsOf } from './http-options.js'

const start = (service = scriptedService()) => createApp({ service, host: '127.0.0.1', limits: limitsOf() })
const server = await start()
afterAll(() => server.app.close())

const parameters = { type: 'object' }
const picture = { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } }
const call = { id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } }
const common = {
  model: 'base',
  stream: false,
  temperature: 1,
  top_p: 1,
  top_k: 1,
  min_p: 0,
  seed: 1,
  speculation: { off: true, drafters: ['lookup'], maxTokens: 3, trace: true },
}

/** A request with everything in it, for each address that takes one. */
const requests: Readonly<Record<string, object>> = {
  '/v1/chat/completions': {
    ...common,
    messages: [
      { role: 'user', content: [{ type: 'text', text: 'x' }, picture] },
      { role: 'assistant', content: null, tool_calls: [call] },
      { role: 'tool', tool_call_id: 'c', content: 'y' },
    ],
    ...{ max_tokens: 3, max_completion_tokens: 3, stop: ['x'], n: 1, logprobs: true, top_logprobs: 1 },
    ...{ logit_bias: { 1: 1 }, frequency_penalty: 1, stream_options: { include_usage: true } },
    response_format: { type: 'json_schema', json_schema: { name: 'x', schema: parameters } },
    tools: [{ type: 'function', function: { name: 'f', parameters } }],
    tool_choice: { type: 'function', function: { name: 'f' } },
  },
  '/v1/completions': { ...common, prompt: ['x'], logprobs: 2, stop: 'x', echo: false, suffix: '', best_of: 1 },
  '/v1/messages': {
    ...common,
    max_tokens: 3,
    system: [{ type: 'text', text: 'x' }],
    messages: [
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'c', content: 'x' }] },
      { role: 'assistant', content: [{ type: 'tool_use', id: 'c', name: 'f', input: {} }] },
    ],
    tools: [{ name: 'f', input_schema: parameters }],
    tool_choice: { type: 'tool', name: 'f' },
    stop_sequences: ['x'],
  },
  '/v1/messages/count_tokens': { model: 'base', messages: [{ role: 'user', content: 'x' }] },
  '/v1/embeddings': { model: 'base', input: ['x'], encoding_format: 'base64', dimensions: 3 },
  '/v1/rerank': { model: 'base', query: 'x', documents: ['x', { text: 'y' }], top_n: 1, return_documents: true },
}

/** Every place of a value where something else could stand. */
function placesOf(value: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path]
  return [path, ...Object.entries(value).flatMap(([key, inner]) => placesOf(inner, [...path, key]))]
}

function replaced(value: unknown, [key, ...path]: readonly string[], put: unknown): unknown {
  if (key === undefined) return put
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string, unknown>
  copy[key] = replaced(copy[key], path, put)
  return copy
}

const anything = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom(null, '', -1, 0.5, 1e308, 2 ** 53, [], {}, [[]], [null], 'auto', 'function', { type: 'text' }),
)

/** Whatever stands in a request, it is answered or refused: never a failure of the server's own. */
const isAnsweredOrRefused = ({ app }: App, path: string) =>
  fc.assert(
    fc.asyncProperty(fc.constantFrom(...placesOf(requests[path])), anything, async (place, put) => {
      const payload = JSON.stringify(replaced(requests[path], place, put))
      const headers = { host: 'localhost', 'content-type': 'application/json' }
      const answer = await app.inject({ method: 'POST', url: path, headers, payload })
      expect([200, 400]).toContain(answer.statusCode)
      expect(/"error":\{/.test(answer.payload)).toBe(answer.statusCode === 400)
    }),
    { numRuns: 200 },
  )

test.each(Object.keys(requests))('%s takes what is whole', async (url) => {
  const headers = { host: 'localhost' }
  expect((await server.app.inject({ method: 'POST', url, headers, payload: requests[url] ?? {} })).statusCode).toBe(200)
})

test.each(Object.keys(requests))('%s refuses what it does not take', async (path) => {
  await isAnsweredOrRefused(server, path)
})

test('the law notices a server that trips over what it let in', async () => {
  const offender = scriptedService({
    write: ({ stop, topLogProbabilities, sampling }) => {
      if (stop[0] === 'x' && topLogProbabilities === 2 && sampling.seed === 1) return plainAnswer(['x'])
      throw new TypeError('only whole requests were ever tried')
    },
  })
  await using tripping = (await start(offender)).app
  await expect(isAnsweredOrRefused({ ...server, app: tripping }, '/v1/completions')).rejects.toThrow()
})
