import { describe, expect, it } from 'vitest'
import { jsonSchemaGrammar } from './json-schema-grammar.js'

/** A schema of so many levels. */
function nested(levels: number): unknown {
  return levels === 0 ? { type: 'null' } : { type: 'array', items: nested(levels - 1) }
}

const wide = Object.fromEntries(Array.from({ length: 2_100 }, (_, index) => [`p${index}`, { type: 'null' }]))
const overlapping = { oneOf: [{ type: 'integer' }, { type: 'number' }] }

describe('jsonSchemaGrammar', () => {
  it('writes a rule for each part, and equal parts once', () => {
    const point = { type: 'object', properties: { x: { type: 'integer' }, y: { type: 'integer' } }, required: ['x'] }
    const lines = jsonSchemaGrammar(point).split('\n')
    expect(lines.filter((line) => line.startsWith('root ::= '))).toHaveLength(1)
    expect(lines.filter((line) => line.endsWith('::= "-"? ("0" | [1-9] [0-9]{0,14})'))).toHaveLength(1)
    expect(lines.filter((line) => line.includes('"\\"x\\"" ":"'))).toHaveLength(1)
  })

  it.each([
    [{ type: 'string', pattern: '^a' }, '#/pattern uses the keyword pattern'],
    [
      { properties: { a: { items: { multipleOf: 2 } } } },
      '#/properties/a/items/multipleOf uses the keyword multipleOf',
    ],
    [{ type: 'array', uniqueItems: true }, '#/uniqueItems uses the keyword uniqueItems'],
    [{ not: {} }, '#/not uses the keyword not'],
    [{ allOf: [{}, {}] }, '#/allOf uses the keyword allOf with more than one schema'],
    [{ type: 'number', maximum: 5 }, '#/maximum uses the keyword maximum on numbers'],
    [{ anyOf: [{}], properties: {} }, '#/properties must not stand beside anyOf'],
    [{ type: 'text' }, '#/type must be of object, array,'],
    [{ type: 'string', format: 'email' }, '#/format must be one of date, time, date-time, uuid, got "email"'],
    [{ type: 'string', minLength: -1 }, '#/minLength must be an integer from 0 to 2000, got -1'],
    [{ type: 'string', minLength: 5, maxLength: 4 }, '#/maxLength must not be below minLength, got 4'],
    [{ type: 'array', minItems: 3, maxItems: 2 }, '#/maxItems must not be below minItems'],
    [{ type: 'array', prefixItems: [{}], items: false, minItems: 2 }, '#/minItems must fit items, got 2'],
    [{ type: 'integer', minimum: 1.2, maximum: 1.8 }, '# must allow an integer, got bounds with none between'],
    [{ type: 'integer', minimum: '1' }, '#/minimum must be a number, got "1"'],
    [{ required: ['a'], properties: { b: {} } }, '#/required must name properties of the schema, got "a"'],
    [{ properties: { 'a/b': false } }, '#/properties/a~1b must allow something, got false'],
    [{ properties: [] }, '#/properties must be an object of schemas, got []'],
    [{ enum: [] }, '#/enum must be a list that is not empty, got []'],
    [{ enum: [1], type: 'string' }, '# must allow a value, got none of its type'],
    [overlapping, '#/oneOf must have schemas of which no value fits two'],
    [{ $ref: 'https://example.com/schema' }, '#/$ref must point into the schema'],
    [{ $ref: '#/$defs/none' }, '#/$ref must point at something, got #/$defs/none'],
    [{ $ref: '#' }, '#/$ref must lead somewhere, got # that leads to itself'],
    [{ anyOf: [{ type: 'null' }, { $ref: '#' }] }, '#/anyOf/1/$ref must lead somewhere'],
    [nested(65), 'must not nest deeper than 64'],
    [{ properties: wide }, 'must not need more than 4000 rules'],
    ['string', '# must be a schema, got "string"'],
    [null, '# must be a schema, got null'],
  ])('refuses %.80j, naming keyword and place', (schema, words) => {
    expect(() => jsonSchemaGrammar(schema)).toThrow(
      expect.objectContaining({ code: 'ERR_OPTION_INVALID', message: expect.stringContaining(words) }),
    )
  })

  it('takes a oneOf whose schemas are told apart by type, value or a required property', () => {
    const kind = (name: string) => ({ type: 'object', properties: { kind: { const: name } }, required: ['kind'] })
    const apart = [
      { oneOf: [{ type: 'string' }, { type: 'null' }] },
      { oneOf: [{ const: 1 }, { enum: [2, 3] }] },
      { oneOf: [kind('a'), { $ref: '#/$defs/b' }], $defs: { b: kind('b') } },
    ]
    for (const schema of apart) expect(() => jsonSchemaGrammar(schema)).not.toThrow()
    expect(() => jsonSchemaGrammar({ oneOf: [kind('a'), kind('a')] })).toThrow(/no value fits two/)
  })

  it('passes over what only informs', () => {
    const annotated = { type: 'null', title: 'nothing', description: 'x', default: null, examples: [null] }
    expect(jsonSchemaGrammar(annotated)).toBe(jsonSchemaGrammar({ type: 'null' }))
  })
})
