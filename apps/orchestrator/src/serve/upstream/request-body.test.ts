import { expect, test } from 'vitest'
import type { ChatInput, TextRequest } from '../text-request.js'
import { requestBody } from './request-body.js'
import type { ServerDialect } from './server-dialect.js'

const input: ChatInput = { kind: 'chat', messages: [{ role: 'user', content: 'Hi' }], tools: [], toolChoice: 'auto' }
const plain: TextRequest = { input, stop: [], sampling: {}, speculation: {}, scope: 'a' }

function bodyOf(changes: Partial<TextRequest> = {}, dialect: ServerDialect = 'compatible') {
  return requestBody({ ...plain, ...changes }, { model: 'm', dialect, contextTokens: 512 })
}

const tools = [
  { name: 'a', parameters: {} },
  { name: 'b', description: 'B.', parameters: { type: 'object' } },
]

test('a plain question', () => {
  expect(bodyOf()).toEqual({
    path: 'chat/completions',
    body: {
      model: 'm',
      messages: [{ role: 'user', content: 'Hi' }],
      ...{ temperature: 0, top_p: 1, stream: true, stream_options: { include_usage: true } },
    },
  })
})

test('a conversation with a picture, a call and its result', () => {
  const messages: ChatInput['messages'] = [
    { role: 'user', content: 'What is it?', images: [{ mediaType: 'image/png', base64: 'AAAA' }] },
    { role: 'assistant', content: '', toolCalls: [{ id: 'c1', name: 'a', arguments: '{"x":1}' }] },
    { role: 'tool', content: '7', toolCallId: 'c1' },
  ]
  expect(bodyOf({ input: { ...input, messages } }).body['messages']).toEqual([
    {
      role: 'user',
      content: [
        { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
        { type: 'text', text: 'What is it?' },
      ],
    },
    {
      role: 'assistant',
      content: null,
      tool_calls: [{ id: 'c1', type: 'function', function: { name: 'a', arguments: '{"x":1}' } }],
    },
    { role: 'tool', content: '7', tool_call_id: 'c1' },
  ])
})

test('tools, and which of them', () => {
  const all = [
    { type: 'function', function: { name: 'a', parameters: {} } },
    { type: 'function', function: { name: 'b', description: 'B.', parameters: { type: 'object' } } },
  ]
  const asked = (toolChoice: ChatInput['toolChoice'], dialect?: ServerDialect) =>
    bodyOf({ input: { ...input, tools, toolChoice } }, dialect).body
  expect(asked('required')).toMatchObject({ tools: all, tool_choice: 'required' })
  expect(asked({ name: 'b' })).toMatchObject({ tools: all, tool_choice: { function: { name: 'b' } } })
  expect(asked({ name: 'b' }, 'llama.cpp')).toMatchObject({ tools: [all[1]], tool_choice: 'required' })
})

test('limits, formats and probabilities', () => {
  const schema = { type: 'string' }
  expect(bodyOf({ maxTokens: 5, stop: ['x'], topLogProbabilities: 3 }).body).toMatchObject({
    ...{ max_tokens: 5, stop: ['x'], logprobs: true, top_logprobs: 3 },
  })
  expect(bodyOf({ maxTokens: 5 }, 'openai').body).toMatchObject({ max_completion_tokens: 5 })
  expect(bodyOf({ format: { kind: 'json' } }).body).toMatchObject({ response_format: { type: 'json_object' } })
  expect(bodyOf({ format: { kind: 'json-schema', schema } }).body).toMatchObject({
    response_format: { type: 'json_schema', json_schema: { schema, strict: true } },
  })
})

test('a plain completion', () => {
  const completion = { kind: 'completion', prompt: 'Once' } as const
  const format = { kind: 'json-schema', schema: {} } as const
  const { path, body } = bodyOf({ input: completion, topLogProbabilities: 2, format }, 'llama.cpp')
  expect(path).toBe('completions')
  expect(body).toMatchObject({ prompt: 'Once', logprobs: 2, json_schema: {}, timings_per_token: true })
  expect(() => bodyOf({ input: completion, format })).toThrow('takes no format for a plain completion')
})
