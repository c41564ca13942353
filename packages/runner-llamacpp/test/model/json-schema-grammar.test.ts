import { fixtureModels } from '@foretoken/fixtures'
import { loadBinding, type NativeModel, type NativeSampler } from '@foretoken/native'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { jsonSchemaGrammar } from '../../src/json-schema-grammar.js'
import { type Fitting, fits, fittings } from '../json-schema-oracle.js'

let model: NativeModel
beforeAll(async () => {
  model = await loadBinding().loadModel(fixtureModels.base.q8_0)
})
afterAll(async () => await model.dispose())

const tokensOfLetters = new Map<string, readonly number[]>()

/** The tokens that spell one letter, found by asking a grammar of nothing else. */
function tokensOf(letter: string): readonly number[] {
  const known = tokensOfLetters.get(letter)
  if (known !== undefined) return known
  const sampler = model.createSampler({
    grammar: `root ::= [\\U${letter.codePointAt(0)?.toString(16).padStart(8, '0')}]`,
  })
  const tokens: number[] = []
  for (;;) {
    const { token } = sampler.choose(new Float32Array(model.vocabularySize), 0)
    if (model.endOfTextTokens.includes(token)) break
    tokens.push(token)
    sampler.accept(token)
  }
  tokensOfLetters.set(letter, tokens)
  return tokens
}

/** Whether llama.cpp takes the text, and its end, under the grammar. */
function isAccepted(grammar: string, text: string): boolean {
  const sampler: NativeSampler = model.createSampler({ grammar })
  const end = model.endOfTextTokens[0] ?? 0
  try {
    for (const letter of text) for (const token of tokensOf(letter)) sampler.accept(token)
    sampler.accept(end)
    return true
  } catch {
    return false
  }
}

/** A value like another, but for one place. */
function mutated(value: unknown, choice: number): unknown {
  const others = [null, 7, -3.5, 'zz', [], {}, true, [value], { a: value }]
  const other = others[choice % others.length]
  if (Array.isArray(value) && value.length > 0) return mutatedList(value, choice)
  if (typeof value === 'object' && value !== null && Object.keys(value).length > 0)
    return Object.fromEntries(mutatedEntries(Object.entries(value), choice, other))
  if (choice % 2 === 1) return other
  if (typeof value === 'string') return `${value}xyz`
  return typeof value === 'number' ? value + (choice % 5_000) : other
}

function mutatedList(list: readonly unknown[], choice: number): readonly unknown[] {
  if (choice % 3 === 0) return list.slice(1)
  if (choice % 3 === 1) return [...list, list[0]]
  const index = choice % list.length
  return list.with(index, mutated(list[index], choice >> 2))
}

type Entries = readonly (readonly [string, unknown])[]

function mutatedEntries(entries: Entries, choice: number, other: unknown): Entries {
  const index = choice % entries.length
  const [name, one] = entries[index] ?? ['', null]
  if (choice % 4 === 0) return entries.toSpliced(index, 1)
  if (choice % 4 === 1) return [...entries, ['zz', other]]
  if (choice % 4 === 2) return entries.toReversed()
  return entries.with(index, [name, mutated(one, choice >> 2)])
}

describe('the grammar of a JSON Schema', () => {
  it('takes every value that fits, compact or spread over lines', () => {
    const law = fc.property(fittings, ({ schema, value }: Fitting) => {
      const grammar = jsonSchemaGrammar(schema)
      expect(fits(schema, value)).toBe(true)
      for (const indent of [0, 2]) expect(isAccepted(grammar, JSON.stringify(value, null, indent))).toBe(true)
    })
    fc.assert(law, { numRuns: 150 })
  })

  it('takes a changed value only where it still fits', () => {
    const seen = { fitting: 0, wrong: 0 }
    const law = fc.property(fittings, fc.nat(1e6), ({ schema, value }: Fitting, choice) => {
      const changed = mutated(value, choice)
      const isFitting = fits(schema, changed)
      seen[isFitting ? 'fitting' : 'wrong']++
      expect(isAccepted(jsonSchemaGrammar(schema), JSON.stringify(changed))).toBe(isFitting)
    })
    fc.assert(law, { numRuns: 300 })
    expect(seen.wrong).toBeGreaterThan(60)
    expect(seen.fitting).toBeGreaterThan(30)
  })

  it('takes no text that breaks off', () => {
    const law = fc.property(fittings, fc.nat(1e6), ({ schema, value }: Fitting, choice) => {
      const text = JSON.stringify(value)
      const start = text.slice(0, choice % text.length)
      // A number's start may be a number.
      fc.pre(typeof value === 'object' || typeof value === 'string')
      expect(isAccepted(jsonSchemaGrammar(schema), start)).toBe(false)
    })
    fc.assert(law, { numRuns: 60 })
  })

  it.each([
    { items: {}, maxItems: 2_000 },
    { items: { type: 'object' }, minItems: 2_000 },
    { minLength: 1_000, maxLength: 2_000 },
    { items: { items: { type: 'string' }, maxItems: 2_000 }, maxItems: 2_000 },
  ])('is one that llama.cpp reads, at the largest counts: %j', (schema) => {
    expect(() => model.createSampler({ grammar: jsonSchemaGrammar(schema) })).not.toThrow()
  })

  const tree = {
    $defs: {
      node: {
        type: 'object',
        properties: { name: { type: 'string' }, children: { type: 'array', items: { $ref: '#/$defs/node' } } },
        required: ['name'],
      },
    },
    $ref: '#/$defs/node',
  }

  it.each([
    [tree, '{"name":"a","children":[{"name":"b"},{"name":"c","children":[]}]}', '{"name":"a","children":[{}]}'],
    [{ type: 'string', format: 'date' }, '"2026-02-28"', '"2026-13-01"'],
    [{ type: 'string', format: 'date-time' }, '"2026-02-28T23:59:59.123Z"', '"2026-02-28 23:59"'],
    [{ type: 'string', format: 'uuid' }, '"123e4567-e89b-12d3-a456-426614174000"', '"123e4567"'],
    [{ type: 'number', minimum: 0 }, '0.5e-7', '-1'],
    [{ type: ['integer', 'null'] }, 'null', '1.5'],
    [{ type: 'integer', exclusiveMinimum: 9, exclusiveMaximum: 100 }, '99', '9'],
    [{ const: { a: [1, null] } }, '{"a":[1,null]}', '{"a":[1]}'],
    [{ enum: [1, 'a', null], type: 'string' }, '"a"', '1'],
    [{ properties: { a: { type: 'boolean' } } }, '{"a":true}', '{"b":true}'],
    [{ oneOf: [{ type: 'string' }, { type: 'integer' }] }, '12', 'true'],
    [{ allOf: [{ $ref: '#/$defs/x' }], $defs: { x: { type: 'null' } } }, 'null', '0'],
    [true, '[{"a":[]},-1.5e3,"\\u00df"]', '[1,]'],
  ])('keeps %j', (schema, fitting, wrong) => {
    const grammar = jsonSchemaGrammar(schema)
    expect(isAccepted(grammar, fitting)).toBe(true)
    expect(isAccepted(grammar, wrong)).toBe(false)
  })
})
