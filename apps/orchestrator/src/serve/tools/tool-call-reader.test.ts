import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type ReadPart, ToolCallReader } from './tool-call-reader.js'
import type { ToolFormat } from './tool-format.js'
import type { WrittenCall } from './written-call.js'

const names = ['weather', 'say.it', 'f'] as const
const formats = ['hermes', 'llama3', 'mistral'] as const

interface Found {
  readonly text: string
  readonly calls: readonly WrittenCall[]
}

/** What a reader finds in a text that comes in these pieces. */
function found(format: ToolFormat, pieces: readonly string[]): Found {
  const reader = new ToolCallReader(format, names)
  return collected(pieces.join(''), [...pieces.flatMap((piece) => reader.push(piece)), ...reader.end()])
}

function collected(whole: string, parts: readonly ReadPart[]): Found {
  let at = 0
  let text = ''
  const calls: WrittenCall[] = []
  for (const part of parts) {
    if (part.kind === 'text') text += whole.slice(at, at + part.length)
    else calls.push(...part.calls)
    at += part.length
  }
  expect(at).toBe(whole.length)
  return { text, calls }
}

function pieces(text: string, cuts: readonly number[]): string[] {
  const borders = [0, ...cuts.map((cut) => cut % (text.length + 1)).sort((one, other) => one - other), text.length]
  return borders.slice(1).map((border, index) => text.slice(borders[index], border))
}

const given = fc
  .dictionary(
    fc.string({ maxLength: 5 }),
    fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constantFrom('}', '</tool_call>', '"]')),
  )
  .chain((value) => fc.constantFrom(JSON.stringify(value), JSON.stringify(value, undefined, 1)))
const call = fc.record({ name: fc.constantFrom(...names), arguments: given })
const space = fc.constantFrom('', '\n', ' ', '\n\n ')

const writers: Readonly<Record<ToolFormat, (call: WrittenCall, gap: string) => string>> = {
  hermes: (one, gap) => `<tool_call>${gap}{"name": "${one.name}", "arguments": ${one.arguments}}${gap}</tool_call>`,
  llama3: (one, gap) => `<|python_tag|>${gap}{"name":"${one.name}","parameters":${gap}${one.arguments}}`,
  mistral: (one, gap) => `[TOOL_CALLS]${gap}[{"arguments": ${one.arguments}${gap}, "name": "${one.name}"}]`,
}

const wholeCall = fc
  .tuple(fc.constantFrom(...formats), call, space)
  .map(([format, one, gap]) => writers[format](one, gap))

/** Scraps of calls and of other text. */
const scrap = fc.oneof(
  wholeCall,
  fc.constantFrom(
    '<tool_call>',
    '</tool_call>',
    '[TOOL_CALLS]',
    '[',
    ']',
    '{',
    '}',
    '"',
    '\\',
    ';',
    '\n',
    ' ',
    '<',
    '[',
  ),
  fc.constantFrom('{"name": "f", "arguments": {}}', '{"name":"f","parameters":{"a":[]}}', '"name"', '<|python_tag|>'),
  fc.constantFrom('f[ARGS]{}', 'f', '[CALL_ID]a1[ARGS]', 'words', '<tool_', 'call>', '[{"name": "f"}]', '😀'),
)
const scraps = fc.array(scrap, { maxLength: 12 }).map((all) => all.join(''))
const cuts = fc.array(fc.nat(), { maxLength: 12 })

describe.each(formats)('%s', (format) => {
  test('what is found does not depend on how the text is cut', () => {
    let calls = 0
    fc.assert(
      fc.property(scraps, cuts, (text, at) => {
        const whole = found(format, [text])
        calls += whole.calls.length
        expect(found(format, pieces(text, at))).toEqual(whole)
        expect(found(format, [...text])).toEqual(whole)
      }),
      { numRuns: 1_000 },
    )
    expect(calls).toBeGreaterThan(20)
  })

  test('calls are found as they were written, and other text is shown', () => {
    const word = fc.stringMatching(/^[a-z ,.]{0,12}$/)
    fc.assert(
      fc.property(word, fc.array(call, { minLength: 1, maxLength: 3 }), space, cuts, (before, all, gap, at) => {
        const text = before + all.map((one) => writers[format](one, gap)).join(gap)
        expect(found(format, pieces(text, at)).calls).toEqual(all)
        expect(found(format, pieces(text, at)).text.trim()).toBe(before.trim())
      }),
    )
  })

  test('text is held back only where it may become a call', () => {
    const reader = new ToolCallReader(format, names)
    expect(reader.push('some words')).toEqual([{ kind: 'text', length: 10 }])
    const [first = ''] = writers[format]({ name: 'f', arguments: '{}' }, '')
    expect(reader.push(first)).toEqual([])
    expect(reader.push('!')).toEqual([{ kind: 'text', length: 2 }])
  })

  test.each([
    ['of a tool that is not there', (write: (one: WrittenCall) => string) => write({ name: 'rm', arguments: '{}' })],
    ['without JSON', (write: (one: WrittenCall) => string) => write({ name: 'f', arguments: '{"a": }' })],
    ['without an object', (write: (one: WrittenCall) => string) => write({ name: 'f', arguments: '[1]' })],
    ['that does not end', (write: (one: WrittenCall) => string) => write({ name: 'f', arguments: '{"a": 1' })],
  ])('a call %s stays text', (_, malform) => {
    const text = malform((one) => writers[format](one, ''))
    expect(found(format, [...text])).toEqual({ text, calls: [] })
  })
})

test('a reader that looks at each piece alone breaks the law', () => {
  const text = writers.hermes({ name: 'f', arguments: '{}' }, '')
  const alone = (all: readonly string[]): Found => {
    const parts = all.map((piece) => found('hermes', [piece]))
    return { text: parts.map((part) => part.text).join(''), calls: parts.flatMap((part) => part.calls) }
  }
  expect(alone([text]).calls).toHaveLength(1)
  expect(alone([...text])).not.toEqual(alone([text]))
})

test.each([
  ['a bare object', ' {"name": "f", "parameters": {"a": 1}}'],
  ['arguments as a string', '<|python_tag|>{"name": "f", "parameters": "{\\"a\\": 1}"}'],
])('Llama 3: %s', (_, text) => {
  expect(found('llama3', [...text])).toEqual({
    text: '',
    calls: [{ name: 'f', arguments: expect.stringMatching(/^{"a": ?1}$/) }],
  })
})

test('Llama 3: several calls, and an answer that is JSON', () => {
  const two = '{"name": "f", "parameters": {}}; {"name": "weather", "parameters": {}}'
  expect(found('llama3', [...two]).calls.map(({ name }) => name)).toEqual(['f', 'weather'])
  expect(found('llama3', ['{"colour": ', '"red"}'])).toEqual({ text: '{"colour": "red"}', calls: [] })
})

test('Mistral: calls by name, as later models write them', () => {
  const text = '[TOOL_CALLS]f[CALL_ID]a1b2c3d4e[ARGS]{"a": 1}[TOOL_CALLS]weather{"b": 12345678901234567890}'
  expect(found('mistral', [...text])).toEqual({
    text: '',
    calls: [
      { name: 'f', arguments: '{"a": 1}' },
      { name: 'weather', arguments: '{"b": 12345678901234567890}' },
    ],
  })
})
