import Anthropic, {
  APIUserAbortError,
  AuthenticationError,
  BadRequestError,
  InternalServerError,
  NotFoundError,
  RateLimitError,
} from '@anthropic-ai/sdk'
import { SpeculationError } from '@foretoken/contract'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { all, endless, opening, said, scriptedServer } from '../../../../test/scripted-server.js'
import { eventually } from '../../../../test/scripted-service.js'
import type { RoutedEvent } from '../../serving-service.js'
import { countAnswer, messageAnswer, messageEvent } from './answer-schemas.js'

const server = await scriptedServer()
const { service } = server
const client = new Anthropic({ baseURL: server.url, apiKey: 'none', maxRetries: 0 })
const ask = { model: 'base', max_tokens: 100, messages: [{ role: 'user' as const, content: 'Hi' }] }
const tools = [{ name: 'weather', input_schema: { type: 'object' as const } }]

beforeEach(() => server.says())
afterAll(() => server[Symbol.asyncDispose]())

const usage = { input_tokens: 4, cache_read_input_tokens: 3, cache_creation_input_tokens: 0, output_tokens: 2 }

test('a message comes whole', async () => {
  const message = await client.messages.create(ask)
  expect(messageAnswer.parse(message)).toMatchObject({
    type: 'message',
    role: 'assistant',
    model: 'base',
    content: [{ type: 'text', text: 'Hello there' }],
    stop_reason: 'end_turn',
    stop_sequence: null,
    usage,
  })
  expect(message._request_id).toBe(service.asked.at(-1)?.options.id)
})

test('a message is streamed event by event, in their order', async () => {
  server.says(() => [
    ...opening,
    said('It is'),
    said(''),
    { kind: 'tool-call', call: { id: 'c1', name: 'weather', arguments: '{"city":"Rome"}' } },
    said('…'),
    { kind: 'end', finish: 'tool-calls', completionTokens: 2 },
  ])
  const events = await all(await client.messages.create({ ...ask, tools, stream: true }))
  for (const event of events) messageEvent.parse(event)
  expect(events.map((event) => [event.type, 'index' in event ? event.index : undefined])).toEqual([
    ['message_start', undefined],
    ['content_block_start', 0],
    ['content_block_delta', 0],
    ['content_block_stop', 0],
    ['content_block_start', 1],
    ['content_block_delta', 1],
    ['content_block_stop', 1],
    ['content_block_start', 2],
    ['content_block_delta', 2],
    ['content_block_stop', 2],
    ['message_delta', undefined],
    ['message_stop', undefined],
  ])
  expect(events[0]).toMatchObject({ message: { content: [], usage: { ...usage, output_tokens: 0 } } })
  expect(events.at(-2)).toMatchObject({ delta: { stop_reason: 'tool_use', stop_sequence: null }, usage })
})

test('the SDK’s own accumulator finds the message of a stream', async () => {
  const stream = client.messages.stream(ask)
  expect(await stream.finalText()).toBe('Hello there')
  expect((await stream.finalMessage()).usage).toMatchObject(usage)
})

test('calls of tools come whole and streamed, with their input', async () => {
  const calls: RoutedEvent[] = ['{"city":"Rome"}', '{"city": "Oslo"}'].map((given, index) => ({
    kind: 'tool-call',
    call: { id: `toolu_${index}`, name: 'weather', arguments: given },
  }))
  server.says(() => [...opening, ...calls, { kind: 'end', finish: 'tool-calls', completionTokens: 2 }])
  for (const message of [
    await client.messages.create({ ...ask, tools }),
    await client.messages.stream({ ...ask, tools }).finalMessage(),
  ]) {
    expect(message.stop_reason).toBe('tool_use')
    expect(message.content).toMatchObject([
      { type: 'tool_use', id: 'toolu_0', name: 'weather', input: { city: 'Rome' } },
      { type: 'tool_use', id: 'toolu_1', name: 'weather', input: { city: 'Oslo' } },
    ])
  }
})

test('arguments that are no object are told as a text', async () => {
  const call = { id: 'c', name: 'weather', arguments: '[1' }
  server.says(() => [
    ...opening,
    { kind: 'tool-call', call },
    { kind: 'end', finish: 'tool-calls', completionTokens: 2 },
  ])
  for (const message of [
    await client.messages.create({ ...ask, tools }),
    await client.messages.stream({ ...ask, tools }).finalMessage(),
  ])
    expect(message.content).toMatchObject([{ type: 'tool_use', input: { arguments: '[1' } }])
})

test.each([
  [{ finish: 'length' } as const, { stop_reason: 'max_tokens', stop_sequence: null }],
  [{ finish: 'stop', stopString: 'END' } as const, { stop_reason: 'stop_sequence', stop_sequence: 'END' }],
])('%o ends a message as %o', async (end, told) => {
  server.says(() => [...opening, said('x'), { kind: 'end', completionTokens: 1, ...end }])
  expect(await client.messages.create(ask)).toMatchObject(told)
  expect(await client.messages.stream(ask).finalMessage()).toMatchObject(told)
})

test('every parameter reaches the house', async () => {
  await client.messages.create({
    ...ask,
    system: [
      { type: 'text', text: 'Be' },
      { type: 'text', text: 'short.', cache_control: { type: 'ephemeral' } },
    ],
    messages: [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What is this?' },
          { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } },
        ],
      },
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'hm', signature: 's' },
          { type: 'text', text: 'I look.' },
          { type: 'tool_use', id: 'c1', name: 'look', input: { at: 1 } },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'c1', is_error: true, content: [{ type: 'text', text: 'dark' }] },
          { type: 'text', text: 'Go on.' },
        ],
      },
    ],
    stop_sequences: ['END'],
    tools: [{ name: 'look', description: 'Looks', input_schema: { type: 'object' } }],
    tool_choice: { type: 'tool', name: 'look' },
    metadata: { user_id: 'x' },
    ...{ temperature: 0.5, top_p: 0.9, top_k: 40, seed: 42, speculation: { off: true } },
  })
  expect(service.asked.at(-1)?.request).toEqual({
    model: 'base',
    whole: true,
    input: {
      kind: 'chat',
      messages: [
        { role: 'system', content: 'Be\nshort.' },
        { role: 'user', content: 'What is this?', images: [{ mediaType: 'image/png', base64: 'AAAA' }] },
        { role: 'assistant', content: 'I look.', toolCalls: [{ id: 'c1', name: 'look', arguments: '{"at":1}' }] },
        { role: 'tool', content: 'Error: dark', toolCallId: 'c1' },
        { role: 'user', content: 'Go on.' },
      ],
      tools: [{ name: 'look', description: 'Looks', parameters: { type: 'object' } }],
      toolChoice: { name: 'look' },
    },
    maxTokens: 100,
    stop: ['END'],
    sampling: { temperature: 0.5, seed: 42, topP: 0.9, topK: 40 },
    speculation: { off: true },
  })
})

test('the steps of a stream are shown to those who ask for them', async () => {
  const pieces = [{ text: 'Hi', drafter: 'lookup' }]
  server.says(() => [...opening, { kind: 'piece', pieces }, { kind: 'end', finish: 'stop', completionTokens: 2 }])
  const events = await all(
    await client.messages.create({ ...ask, stream: true, ...{ seed: 5, speculation: { trace: true } } }),
  )
  for (const event of events) messageEvent.parse(event)
  expect(events[2]).toMatchObject({ type: 'content_block_delta', speculation: { pieces } })
  const route = { role: 'coder', escalatedFrom: ['small'] }
  expect(events.at(-2)).toMatchObject({ type: 'message_delta', speculation: { seed: 5, route } })
  expect(JSON.stringify(await all(await client.messages.create({ ...ask, stream: true })))).not.toContain('speculation')
})

test('tokens are counted', async () => {
  const count = await client.messages.countTokens({ model: 'base', system: 'Be short.', messages: ask.messages })
  expect(countAnswer.parse(count)).toEqual({ input_tokens: 2 })
})

test('models are listed for these clients, too', async () => {
  const models = await all(client.models.list())
  expect(models.map(({ id, type }) => [id, type])).toContainEqual(['base', 'model'])
})

test.each<[string, object, string]>([
  ['no room', { max_tokens: undefined }, 'max_tokens'],
  ['a role that is none', { messages: [{ role: 'system', content: 'x' }] }, 'messages[0].role'],
  [
    'a picture elsewhere',
    {
      messages: [
        { role: 'user', content: [{ type: 'image', source: { type: 'url', url: 'http://localhost/x.png' } }] },
      ],
    },
    'messages[0].content[0].source.type',
  ],
  ['a document', { messages: [{ role: 'user', content: [{ type: 'document' }] }] }, 'messages[0].content[0].type'],
  ['a tool of a server', { tools: [{ type: 'bash_20250124', name: 'bash', input_schema: {} }] }, 'tools[0].type'],
  ['no tools', { tool_choice: { type: 'any' } }, 'tool_choice'],
])('%s is refused by the name of the field', async (_, change, field) => {
  const refusal = await client.messages.create({ ...ask, ...change } as never).catch((error: unknown) => error)
  expect(refusal).toBeInstanceOf(BadRequestError)
  expect(refusal).toMatchObject({ type: 'invalid_request_error' })
  expect((refusal as Error).message).toContain(`${field}: `)
})

test.each([
  ['ERR_OPTION_INVALID', BadRequestError, 'invalid_request_error'],
  ['ERR_MODEL_UNKNOWN', NotFoundError, 'not_found_error'],
  ['ERR_BUDGET_EXCEEDED', RateLimitError, 'rate_limit_error'],
  ['ERR_ENGINE_LOST', InternalServerError, 'overloaded_error'],
] as const)('%s is the SDK’s own error class, streamed or not', async (code, errorClass, type) => {
  server.says(() => {
    throw new SpeculationError(code, 'the reason')
  })
  for (const stream of [false, true]) {
    const refusal = await client.messages.create({ ...ask, stream }).catch((error: unknown) => error)
    expect(refusal).toBeInstanceOf(errorClass)
    expect(refusal).toMatchObject({ type, error: { type: 'error', error: { message: 'the reason' } } })
  }
})

test('a stream that fails says so in the stream', async () => {
  server.says(async function* () {
    yield* [...opening, said('Hel')]
    throw new SpeculationError('ERR_ENGINE_LOST', 'the engine ended')
  })
  await expect(client.messages.stream(ask).finalMessage()).rejects.toMatchObject({
    error: { error: { type: 'overloaded_error', message: 'the engine ended' } },
  })
})

test('a client that leaves is heard by the service at once', async () => {
  server.says((_, { signal }) => endless(signal, true))
  const before = service.aborted.length
  const stream = client.messages.stream(ask)
  stream.on('text', () => stream.abort())
  await expect(stream.finalMessage()).rejects.toBeInstanceOf(APIUserAbortError)
  await eventually(() => service.aborted.length === before + 1 && service.open === 0, 2_000)
})

test('wrong keys are the SDK’s AuthenticationError', async () => {
  await using locked = await scriptedServer({ keys: [{ name: 'me', secret: 'sk-right-key' }] })
  const client = (apiKey: string) => new Anthropic({ baseURL: locked.url, apiKey, maxRetries: 0 })
  await expect(client('sk-wrong-key').messages.create(ask)).rejects.toBeInstanceOf(AuthenticationError)
  expect((await client('sk-right-key').messages.create(ask)).stop_reason).toBe('end_turn')
})
