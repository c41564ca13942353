import { describe, expect, test } from 'vitest'
import type { ChatInput, ServedMessage, TextRequest, ToolDefinition } from '../text-request.js'
import { toolPlan, toolReading } from './tool-plan.js'

const look: ToolDefinition = {
  name: 'look',
  description: 'Looks.',
  parameters: { properties: { at: { type: 'string' } } },
}
const go: ToolDefinition = { name: 'go', parameters: {} }
const question: ServedMessage = { role: 'user', content: 'Where?' }
const call = { id: 'a1', name: 'look', arguments: '{"at": "x"}' }

function request(changes: Partial<ChatInput>, format?: TextRequest['format']): TextRequest {
  return {
    input: { kind: 'chat', messages: [question], tools: [look, go], toolChoice: 'auto', ...changes },
    ...{ stop: [], sampling: {}, speculation: {}, scope: '' },
    ...(format && { format }),
  }
}

describe('a model that learned to call tools', () => {
  test('is told of them by its own template, and writes as it learned', () => {
    expect(toolPlan(request({}), 'hermes')).toEqual({ messages: [question], tools: [look, go] })
    expect(toolReading(request({}), 'mistral')).toEqual({ format: 'mistral', names: ['look', 'go'] })
  })

  test.each([
    ['hermes', '"<tool_call>\\n" call "\\n</tool_call>"', 'arguments'],
    ['llama3', 'root ::=  call ', 'parameters'],
    ['mistral', '"[TOOL_CALLS][" call "]"', 'arguments'],
  ] as const)('follows a grammar where it must call: %s', (format, frame, member) => {
    const { grammar = '', tools } = toolPlan(request({ toolChoice: { name: 'look' } }), format)
    expect(grammar).toContain(frame)
    expect(grammar).toContain(member)
    expect(grammar).not.toContain('\\"go\\"')
    expect(tools).toEqual([look])
  })

  test('sees no tools that it may not call', () => {
    expect(toolPlan(request({ toolChoice: 'none' }), 'hermes')).toEqual({ messages: [question], tools: [] })
    expect(toolReading(request({ toolChoice: 'none' }), 'hermes')).toBeUndefined()
    expect(toolReading({ ...request({}), input: { kind: 'completion', prompt: '' } }, 'hermes')).toBeUndefined()
  })
})

describe('a model whose template knows no tools', () => {
  test('reads of them in the messages, and calls by a grammar or says something else', () => {
    const system: ServedMessage = { role: 'system', content: 'Be brief.' }
    const { messages, tools, grammar } = toolPlan(request({ messages: [system, question] }), 'grammar')
    expect(tools).toEqual([])
    expect(messages).toHaveLength(2)
    expect(messages[0]?.content).toMatch(/^Be brief\.\n\n# Tools[\s\S]*"name":"look"[\s\S]*"name":"go"/)
    expect(grammar).toMatch(/^root ::= "<tool_call>\\n" call "\\n<\/tool_call>" \| /)
    expect(toolPlan(request({}), 'grammar').messages[0]?.content).toMatch(/^# Tools[\s\S]*\n\nWhere\?$/)
  })

  test('reads earlier calls and what they returned as text', () => {
    const messages: ServedMessage[] = [
      question,
      { role: 'assistant', content: 'Well.', toolCalls: [call, { ...call, id: 'a2' }] },
      { role: 'tool', content: 'here', toolCallId: 'a1' },
      { role: 'tool', content: 'there', toolCallId: 'a2' },
    ]
    const text = '<tool_call>\n{"name": "look", "arguments": {"at": "x"}}\n</tool_call>'
    expect(toolPlan(request({ messages, toolChoice: 'none' }), 'grammar').messages).toEqual([
      question,
      { role: 'assistant', content: `Well.\n${text}\n${text}` },
      {
        role: 'user',
        content: '<tool_response>\nhere\n</tool_response>\n<tool_response>\nthere\n</tool_response>',
      },
    ])
  })
})

test('references in a schema lead to where it stands in the grammar', () => {
  const parameters = {
    properties: { next: { $ref: '#' }, kind: { $ref: '#/$defs/kind' }, fixed: { const: { $ref: '#' } } },
    $defs: { kind: { enum: ['tree', 'leaf'] } },
  }
  const { grammar } = toolPlan(request({ tools: [go, { name: 'grow', parameters }], toolChoice: 'required' }), 'hermes')
  expect(grammar).toContain('tree')
  expect(grammar).toContain('\\"$ref\\"')
})

test.each([
  ['a tool that is not there', request({ toolChoice: { name: 'fly' } }), '"fly"'],
  ['no tool where one is required', request({ tools: [], toolChoice: 'required' }), 'no tools'],
  ['a format where calls are free', request({}, { kind: 'json' }), 'format'],
  [
    'a schema that no grammar keeps',
    request({
      tools: [{ name: 'f', parameters: { properties: { a: { type: 'string', pattern: 'x' } } } }],
      toolChoice: 'required',
    }),
    'pattern',
  ],
])('refuses %s', (_, asked, words) => {
  expect(() => toolPlan(asked, 'hermes')).toThrow(
    expect.objectContaining({ code: 'ERR_OPTION_INVALID', message: expect.stringContaining(words) }),
  )
})
