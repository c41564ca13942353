import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkJsonSchema } from './json-schema.js'

const schema = { type: 'object', required: ['a'], properties: { a: { type: 'integer' } }, additionalProperties: false }

/** Values without keys that only code has. */
const values = fc.jsonValue().filter((value) => !/"(?:valueOf|toString|__proto__)"/.test(JSON.stringify(value)))

describe('checkJsonSchema', () => {
  it('takes the JSON that fits, fenced or not', () => {
    fc.assert(
      fc.property(values, (value) => {
        const text = JSON.stringify(value)
        const any = { kind: 'jsonSchema', schema: true } as const
        expect(checkJsonSchema(any, text).passed).toBe(true)
        expect(checkJsonSchema(any, `\`\`\`json\n${text}\n\`\`\``).passed).toBe(true)
        expect(checkJsonSchema(any, `Here you are: ${text}`).passed).toBe(false)
        expect(checkJsonSchema({ ...any, schema: { const: value } }, text).passed).toBe(true)
        expect(checkJsonSchema({ ...any, schema: { not: { const: value } } }, text).passed).toBe(false)
      }),
      { numRuns: 25 },
    )
  })

  it.each([
    ['{"a": 1}', true, 'fits'],
    ['{"a": 1.5}', false, '/a must be integer'],
    ['{"b": 1}', false, "must have required property 'a'"],
    ['{"a": {"valueOf": {}}}', false, '/a must be integer'],
    ['{"a": 1,}', false, 'text that is none'],
  ])('%j: %s', (text, passed, reason) => {
    const result = checkJsonSchema({ kind: 'jsonSchema', schema }, text)
    expect(result.passed).toBe(passed)
    expect(result.reason).toContain(reason)
  })

  it('survives an answer that calls its key valueOf', () => {
    const constant = { kind: 'jsonSchema', schema: { const: { valueOf: 1 } } } as const
    expect(checkJsonSchema(constant, '{"valueOf": {}}').passed).toBe(false)
  })

  it('takes no fence when it is strict', () => {
    expect(checkJsonSchema({ kind: 'jsonSchema', schema: true, strict: true }, '```\n{}\n```').passed).toBe(false)
  })

  it('ends a pattern that backtracks for ever, and refuses what is no schema', () => {
    const pattern = { kind: 'jsonSchema', schema: { pattern: '^(a+)+$' } } as const
    expect(() => checkJsonSchema(pattern, JSON.stringify(`${'a'.repeat(60)}b`))).toThrow('more than 2000 ms')
    expect(() => checkJsonSchema({ kind: 'jsonSchema', schema: { type: 'nothing' } }, '{}')).toThrow(
      'is no JSON Schema',
    )
  })
})
