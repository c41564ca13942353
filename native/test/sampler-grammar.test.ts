import type { NativeModel, NativeSampler } from '@foretoken/native'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mostSurprise, surprise } from './chi-square.js'
import { randomRow, samplingModel } from './sampling-model.js'
import { chosenByOracle } from './sampling-oracle.js'

let model: NativeModel
beforeAll(async () => {
  model = await samplingModel()
})
afterAll(async () => await model.dispose())

const grammars = ['root ::= [a-z]+', 'root ::= ("yes" | "no") ws?\nws ::= " "', 'root ::= "{" [0-9]* "}"']

/** Whether the grammar lets a token follow, found by trying it on a copy. */
function isAllowed(sampler: NativeSampler, token: number): boolean {
  try {
    sampler.clone().accept(token)
    return true
  } catch {
    return false
  }
}

function allowedTokens(sampler: NativeSampler): readonly number[] {
  return Array.from({ length: model.vocabularySize }, (_, token) => token).filter((token) => isAllowed(sampler, token))
}

/** The row where all other tokens are forbidden: the grammar before the chain. */
function maskedRow(row: Float32Array, allowed: readonly number[]): Float32Array {
  const masked = new Float32Array(row.length).fill(Number.NEGATIVE_INFINITY)
  for (const token of allowed) masked[token] = row[token] ?? 0
  return masked
}

describe('a grammar', () => {
  it.each(grammars)('is kept, and greedy takes what the grammar applied first would give: %s', (grammar) => {
    const sampler = model.createSampler({ grammar })
    for (let position = 0; position < 4; position++) {
      const allowed = allowedTokens(sampler)
      expect(allowed.length).toBeGreaterThan(0)
      expect(allowed.length).toBeLessThan(model.vocabularySize / 2)
      const law = fc.property(fc.nat(1e6), fc.boolean(), (seed, isLikely) => {
        const row = randomRow(model.vocabularySize, seed, 20)
        const likely = allowed[seed % allowed.length] ?? 0
        if (isLikely) row[likely] = 30
        const { token } = sampler.choose(row, position)
        expect(token).toBe(chosenByOracle(maskedRow(row, allowed), {}, position).token)
        if (isLikely) expect(token).toBe(likely)
      })
      fc.assert(law, { numRuns: 20 })
      const next = allowed.find((token) => !model.endOfTextTokens.includes(token))
      if (next === undefined) break
      sampler.accept(next)
    }
  })

  it('leaves the shares of the allowed tokens as they are', () => {
    const sampler = model.createSampler({ grammar: 'root ::= [a-z]+', temperature: 1 })
    const allowed = allowedTokens(sampler)
    const row = randomRow(model.vocabularySize, 4, 0)
    const counts = allowed.map(() => 0)
    for (let position = 0; position < 10_000; position++) {
      const index = allowed.indexOf(sampler.choose(row, position).token)
      counts[index] = (counts[index] ?? 0) + 1
    }
    const sum = allowed.reduce((total, token) => total + Math.exp(row[token] ?? 0), 0)
    const shares = allowed.map((token) => Math.exp(row[token] ?? 0) / sum)
    expect(surprise(counts, shares)).toBeLessThan(mostSurprise)
  })

  it('lets the chain choose among the allowed tokens only where its choice did not fit', () => {
    const sampling = { grammar: 'root ::= [0-9]+', temperature: 1, topK: 5, seedLow: 1 }
    const sampler = model.createSampler(sampling)
    const allowed = allowedTokens(sampler)
    for (let position = 0; position < 50; position++) {
      const row = randomRow(model.vocabularySize, position, 20)
      const unbound = model.createSampler({ ...sampling, grammar: '' }).choose(row, position).token
      const masked = chosenByOracle(maskedRow(row, allowed), sampling, position).token
      expect(sampler.choose(row, position).token).toBe(allowed.includes(unbound) ? unbound : masked)
    }
  })

  it('allows the end of the text only where the answer is complete', () => {
    const end = model.endOfTextTokens[0] ?? 0
    const sampler = model.createSampler({ grammar: 'root ::= [0-9]' })
    const row = new Float32Array(model.vocabularySize)
    row[end] = 50
    const digit = sampler.choose(row, 0).token
    expect(model.endOfTextTokens).not.toContain(digit)
    expect(() => sampler.accept(end)).toThrow(expect.objectContaining({ code: 'ERR_OPTION_INVALID' }))
    sampler.accept(digit)
    expect(allowedTokens(sampler)).toEqual(Array.from(model.endOfTextTokens))
    sampler.accept(sampler.choose(new Float32Array(model.vocabularySize), 1).token)
  })

  it('refuses a token that does not fit, and stays where it was', () => {
    const sampler = model.createSampler({ grammar: 'root ::= "a"' })
    const row = randomRow(model.vocabularySize, 3, 20)
    const { token } = sampler.choose(row, 0)
    const wrong = Array.from({ length: 50 }, (_, id) => id + 300).find((id) => !isAllowed(sampler, id)) ?? 0
    expect(() => sampler.accept(wrong)).toThrow(/^token \d+ must fit the grammar/)
    expect(sampler.choose(row, 0).token).toBe(token)
  })

  it('takes no part in the prompt', () => {
    const sampler = model.createSampler({ grammar: 'root ::= "a"', penaltyRepeat: 1.2 })
    sampler.acceptPrompt(Int32Array.of(300, 301, 302))
    expect(allowedTokens(sampler)).toEqual(allowedTokens(model.createSampler({ grammar: 'root ::= "a"' })))
  })

  it('says when biases and grammar leave nothing', () => {
    const sampler = model.createSampler({ grammar: 'root ::= "a"' })
    const allowed = allowedTokens(sampler)
    const biases = {
      biasTokens: Int32Array.from(allowed),
      biasValues: new Float32Array(allowed.length).fill(-Infinity),
    }
    const none = model.createSampler({ grammar: 'root ::= "a"', ...biases })
    expect(() => none.choose(new Float32Array(model.vocabularySize), 0)).toThrow(
      expect.objectContaining({ code: 'ERR_OPTION_INVALID', message: expect.stringContaining('must leave a token') }),
    )
  })

  it.each([
    ['root ::= "a', 'unexpected end of input'],
    ['root ::= letter', "Undefined rule identifier 'letter'"],
    ['root ::= "a"{3', "expecting ',' at"],
    ['start ::= "a"', "grammar does not contain a 'root' symbol"],
    ['root ::= root "a"', 'left recursion detected'],
    [`root ::= ${'('.repeat(129)}"a"${')'.repeat(129)}`, 'must nest at most 128 brackets'],
    [
      Array.from({ length: 4_097 }, (_, index) => `r${index} ::= "a"`).join('\n'),
      'must have at most 4096 rules, got 4097',
    ],
    ['a'.repeat(2 ** 20 + 1), 'must be at most 1048576 bytes, got 1048577'],
  ])('that cannot be used is refused with the reason: %.30s', (grammar, words) => {
    expect(() => model.createSampler({ grammar })).toThrow(
      expect.objectContaining({ code: 'ERR_OPTION_INVALID', message: expect.stringContaining(words) }),
    )
  })

  it('may nest as deep in literals, classes and comments as it likes', () => {
    const brackets = '('.repeat(200)
    const grammar = `root ::= "${brackets}" [${brackets}] # ${brackets}\n`
    expect(() => model.createSampler({ grammar })).not.toThrow()
  })
})
