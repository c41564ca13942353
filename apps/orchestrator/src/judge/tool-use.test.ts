import { describe, expect, it } from 'vitest'
import { toolUse } from './tool-use.js'

const parameters = { type: 'object', properties: { city: { type: 'string' } } }
const tools = [{ name: 'weather', description: 'Tells the weather.', parameters }]
const messages = [{ role: 'user', content: 'How is Oslo?' }] as const

describe('toolUse', () => {
  it('leaves the tools to a template that knows them', () => {
    const use = toolUse(messages, tools, 'hermes')
    expect([use.messages, use.tools]).toEqual([messages, tools])
    expect(use.marks).toContain('<tool_call>')
  })

  it('tells them in plain words where it does not', () => {
    const use = toolUse(messages, tools, 'grammar')
    expect(use.tools).toEqual([])
    expect(use.messages[0]?.content).toMatch(/"name":"weather"[\s\S]*How is Oslo\?$/)
  })

  it('reads calls, and leaves what is none in the text', () => {
    const { read } = toolUse(messages, tools, 'grammar')
    const call = (name: string) => `<tool_call>\n{"name": "${name}", "arguments": {"city": "Oslo"}}\n</tool_call>`
    expect(read(`Let me look.\n${call('weather')}\n${call('weather')}`)).toEqual({
      text: 'Let me look.',
      toolCalls: [
        { name: 'weather', arguments: '{"city": "Oslo"}' },
        { name: 'weather', arguments: '{"city": "Oslo"}' },
      ],
    })
    for (const text of ['It is cold. \n', call('forecast'), '<tool_call>{"name": "weather"'])
      expect(read(text)).toEqual({ text, toolCalls: [] })
  })

  it('reads the calls of other families', () => {
    expect(toolUse(messages, tools, 'llama3').read('{"name": "weather", "parameters": {"city": "Oslo"}}')).toEqual({
      text: '',
      toolCalls: [{ name: 'weather', arguments: '{"city": "Oslo"}' }],
    })
  })
})
