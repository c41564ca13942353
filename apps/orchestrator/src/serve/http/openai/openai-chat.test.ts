import OpenAI from 'openai'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { all, opening, scriptedServer } from '../../../../test/scripted-server.js'
import type { RoutedEvent } from '../../serving-service.js'
import { chatAnswer, chatChunk, completionAnswer } from './answer-schemas.js'

const server = await scriptedServer()
const { service } = server
const client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: 'none', maxRetries: 0 })
const ask = { model: 'base', messages: [{ role: 'user' as const, content: 'Hi' }] }

beforeEach(() => server.says())
afterAll(() => server[Symbol.asyncDispose]())

test('a chat completion comes whole', async () => {
  const answer = await client.chat.completions.create(ask)
  expect(chatAnswer.parse(answer)).toMatchObject({
    model: 'base',
    choices: [{ message: { role: 'assistant', content: 'Hello there' }, finish_reason: 'stop', logprobs: null }],
    usage: { prompt_tokens: 7, completion_tokens: 2, total_tokens: 9, prompt_tokens_details: { cached_tokens: 3 } },
  })
  expect(answer._request_id).toBe(service.asked.at(-1)?.options.id)
  expect(answer.id).toBe(`chatcmpl-${answer._request_id}`)
})

test('a chat completion is streamed, with its usage where that is asked for', async () => {
  const chunks = await all(
    await client.chat.completions.create({ ...ask, stream: true, stream_options: { include_usage: true } }),
  )
  for (const chunk of chunks) chatChunk.parse(chunk)
  expect(chunks.map(({ choices }) => choices[0]?.delta)).toEqual([
    { role: 'assistant', content: '' },
    { content: 'Hello' },
    { content: ' there' },
    {},
    undefined,
  ])
  expect(chunks.map(({ usage }) => usage?.total_tokens)).toEqual([undefined, undefined, undefined, undefined, 9])
  const plain = await all(await client.chat.completions.create({ ...ask, stream: true }))
  expect(plain.some((chunk) => 'usage' in chunk)).toBe(false)
})

test('the SDK’s own accumulator finds the answer of a stream', async () => {
  const stream = client.chat.completions.stream({ ...ask, stream_options: { include_usage: true } })
  expect(await stream.finalContent()).toBe('Hello there')
  expect((await stream.totalUsage()).completion_tokens).toBe(2)
})

test('every parameter reaches the house', async () => {
  await client.chat.completions.create({
    ...ask,
    messages: [
      { role: 'developer', content: 'Be short.' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What is' },
          { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
          { type: 'text', text: 'this?' },
        ],
      },
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'c1', type: 'function', function: { name: 'look', arguments: '{}' } }],
      },
      { role: 'tool', tool_call_id: 'c1', content: 'A cat' },
    ],
    max_tokens: 5,
    max_completion_tokens: 9,
    temperature: 0.5,
    top_p: 0.9,
    seed: 42,
    stop: ['END'],
    frequency_penalty: 0.5,
    presence_penalty: 0,
    logit_bias: { 17: -100 },
    logprobs: true,
    top_logprobs: 2,
    response_format: { type: 'json_schema', json_schema: { name: 'x', schema: { type: 'object' } } },
    tools: [{ type: 'function', function: { name: 'look', description: 'Looks', parameters: { type: 'object' } } }],
    tool_choice: { type: 'function', function: { name: 'look' } },
    ...{ top_k: 40, min_p: 0.05, speculation: { off: false, drafters: ['lookup'], maxTokens: 8 }, unheard_of: [1] },
  })
  expect(service.asked.at(-1)?.request).toEqual({
    model: 'base',
    whole: true,
    input: {
      kind: 'chat',
      messages: [
        { role: 'system', content: 'Be short.' },
        { role: 'user', content: 'What is\nthis?', images: [{ mediaType: 'image/png', base64: 'AAAA' }] },
        { role: 'assistant', content: '', toolCalls: [{ id: 'c1', name: 'look', arguments: '{}' }] },
        { role: 'tool', content: 'A cat', toolCallId: 'c1' },
      ],
      tools: [{ name: 'look', description: 'Looks', parameters: { type: 'object' } }],
      toolChoice: { name: 'look' },
    },
    maxTokens: 9,
    stop: ['END'],
    sampling: {
      temperature: 0.5,
      seed: 42,
      topP: 0.9,
      topK: 40,
      minP: 0.05,
      penalties: { lastTokens: 1_000_000, frequency: 0.5 },
      logitBias: [{ token: 17, bias: -100 }],
    },
    format: { kind: 'json-schema', schema: { type: 'object' } },
    topLogProbabilities: 2,
    speculation: { off: false, drafters: ['lookup'], maxTokens: 8 },
  })
})

test('what is left out is OpenAI’s default, and a seed is drawn', async () => {
  await client.chat.completions.create({ ...ask, response_format: { type: 'json_object' } })
  await client.chat.completions.create(ask)
  const [one, other] = service.asked.slice(-2).map(({ request }) => request)
  expect(one).toMatchObject({ sampling: { temperature: 1 }, stop: [], format: { kind: 'json' }, speculation: {} })
  expect(other?.format).toBeUndefined()
  expect(one?.sampling.seed).not.toBe(other?.sampling.seed)
  await client.chat.completions.create({ ...ask, temperature: 0 })
  expect(service.asked.at(-1)?.request.sampling).toEqual({ temperature: 0 })
})

test('calls of tools come whole, and streamed with their arguments', async () => {
  const calls: RoutedEvent[] = ['{"city":"Rome"}', '{"city":"Oslo"}'].map((given, index) => ({
    kind: 'tool-call',
    call: { id: `call_${index}`, name: 'weather', arguments: given },
  }))
  server.says(() => [...opening, ...calls, { kind: 'end', finish: 'tool-calls', completionTokens: 20 }])
  const tools = [{ type: 'function' as const, function: { name: 'weather', parameters: { type: 'object' } } }]
  const answer = await client.chat.completions.create({ ...ask, tools })
  chatAnswer.parse(answer)
  const [whole] = answer.choices
  const streamed = (await client.chat.completions.stream({ ...ask, tools }).finalChatCompletion()).choices[0]
  for (const answer of [whole, streamed]) {
    expect(answer?.finish_reason).toBe('tool_calls')
    expect(answer?.message.tool_calls).toMatchObject([
      { id: 'call_0', type: 'function', function: { name: 'weather', arguments: '{"city":"Rome"}' } },
      { id: 'call_1', type: 'function', function: { name: 'weather', arguments: '{"city":"Oslo"}' } },
    ])
  }
  expect(whole?.message.content).toBeNull()
})

test('log-probabilities come whole and streamed', async () => {
  const token = (text: string, logProbability: number) => ({
    text,
    logProbability,
    top: [
      { text, logProbability },
      { text: 'é', logProbability: Number.NEGATIVE_INFINITY },
    ],
  })
  server.says(() => [
    ...opening,
    {
      kind: 'piece',
      pieces: [{ text: 'ab', drafter: 'lookup' }],
      logProbabilities: [token('a', -0.1), token('b', -2)],
    },
    { kind: 'end', finish: 'length', completionTokens: 2 },
  ])
  const whole = await client.chat.completions.create({ ...ask, logprobs: true, top_logprobs: 2 })
  chatAnswer.parse(whole)
  const streamed = await client.chat.completions
    .stream({ ...ask, logprobs: true, top_logprobs: 2 })
    .finalChatCompletion()
  for (const { choices } of [whole, streamed]) {
    expect(choices[0]?.finish_reason).toBe('length')
    expect(choices[0]?.logprobs?.content?.map(({ token, logprob }) => [token, logprob])).toEqual([
      ['a', -0.1],
      ['b', -2],
    ])
    expect(choices[0]?.logprobs?.content?.[0]?.top_logprobs[1]).toEqual({
      token: 'é',
      logprob: -9999,
      bytes: [0xc3, 0xa9],
    })
  }
  const completion = await client.completions.create({ model: 'base', prompt: 'x', logprobs: 2 })
  completionAnswer.parse(completion)
  expect(completion.choices[0]?.logprobs).toMatchObject({
    tokens: ['a', 'b'],
    token_logprobs: [-0.1, -2],
    text_offset: [0, 1],
  })
})

test('the speculation is shown to those who ask for it, and to nobody else', async () => {
  const step = {
    index: 0,
    drafter: 'lookup',
    tokens: 2,
    proposedTokens: 3,
    draftedTokens: 2,
    acceptedTokens: 1,
    width: 3,
    batchWidth: 5,
    draftMs: 0.1,
    verifyMs: 2,
  }
  const pieces = [
    { text: 'Hel', drafter: 'lookup', probability: 0.5 },
    { text: 'lo', drafter: '' },
  ]
  const summary = {
    tokens: 2,
    steps: 1,
    draftedTokens: 2,
    acceptedTokens: 1,
    acceptanceRate: 0.5,
    tokensPerStep: 2,
    draftMs: 0.1,
    verifyMs: 2,
    finish: 'end-of-text' as const,
    byDrafter: {},
  }
  server.says(() => [
    ...opening,
    { kind: 'piece', pieces, step },
    { kind: 'piece', pieces: [], step: { ...step, index: 1 } },
    { kind: 'end', finish: 'stop', completionTokens: 2, summary },
  ])
  const route = { role: 'coder', escalatedFrom: ['small'] }
  const plain = await client.chat.completions.create(ask)
  expect(plain).not.toHaveProperty('speculation')
  const asking = { ...ask, seed: 4, speculation: {} }
  expect(chatAnswer.parse(await client.chat.completions.create(asking))).toHaveProperty('speculation', {
    summary,
    seed: 4,
    route,
  })
  const tracing = { ...asking, speculation: { trace: true } }
  expect(chatAnswer.parse(await client.chat.completions.create(tracing))).toMatchObject({
    speculation: {
      trace: [
        { ...step, pieces },
        { index: 1, pieces: [] },
      ],
    },
  })
  const chunks = await all(await client.chat.completions.create({ ...tracing, stream: true }))
  for (const chunk of chunks) chatChunk.parse(chunk)
  expect(chunks.map((chunk) => (chunk as { speculation?: unknown }).speculation)).toEqual([
    undefined,
    { pieces, step },
    { pieces: [], step: { ...step, index: 1 } },
    { summary, seed: 4, route },
  ])
  const texts = await all(await client.chat.completions.create({ ...ask, stream: true }))
  expect(texts.map(({ choices }) => choices[0]?.delta.content)).toEqual(['', 'Hello', undefined])
})
