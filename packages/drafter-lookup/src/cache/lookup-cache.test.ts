import type { TokenId } from '@foretoken/contract'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LookupCache, mergeLookupCaches } from '../index.js'

// A vocabulary of 4 makes n-grams come back.
const texts = fc.array(fc.nat({ max: 3 }), { minLength: 5, maxLength: 60 })
const sizes = fc
  .tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 }))
  .map(([one, other]) => ({ minNgramTokens: Math.min(one, other), maxNgramTokens: Math.max(one, other) }))

interface Sizes {
  readonly minNgramTokens: number
  readonly maxNgramTokens: number
}

describe('counts', () => {
  test('are those of a naive count, however the text is cut', async () => {
    await law((cache, text, options, cut) => {
      cache.learn(Int32Array.from(text.slice(0, cut)), options)
      cache.learn(Int32Array.from(text), { ...options, from: cut })
    })
  })

  // One reader per mistake; the law must catch each.
  test.each<[string, Learn]>([
    [
      'counts the context again',
      (cache, text, options, cut) => {
        cache.learn(Int32Array.from(text.slice(0, cut)), options)
        cache.learn(Int32Array.from(text), options)
      },
    ],
    // As llama.cpp's server does (`draft_one` passes the new tokens alone).
    [
      'loses what lies across the cut',
      (cache, text, options, cut) => {
        cache.learn(Int32Array.from(text.slice(0, cut)), options)
        cache.learn(Int32Array.from(text.slice(cut)), options)
      },
    ],
    [
      'ignores the shortest length',
      (cache, text, options) => cache.learn(Int32Array.from(text), { ...options, minNgramTokens: 1 }),
    ],
  ])('an offender that %s is caught', async (_, learn) => {
    await expect(law(learn)).rejects.toThrow('Property failed')
  })

  test('of a merged cache are the sums', async () => {
    await mergeLaw((one, other) => mergeLookupCaches(one, other))
  })

  test('an offender that keeps the first of two counts is caught', async () => {
    const offender = (one: LookupCache, other: LookupCache): LookupCache => {
      const merged = mergeLookupCaches(one)
      for (const { ngram, followers } of other.entries())
        for (const [token, count] of followers) if (merged.count(ngram, token) === 0) merged.add(ngram, token, count)
      return merged
    }
    await expect(mergeLaw(offender)).rejects.toThrow('Property failed')
  })

  test('end at the most that a file holds', () => {
    const cache = new LookupCache()
    const ngram = Int32Array.of(7)
    cache.add(ngram, 8, 2 ** 31 - 2)
    cache.add(ngram, 8, 2 ** 31 - 2)
    expect(cache.count(ngram, 8)).toBe(2 ** 31 - 1)
    expect(mergeLookupCaches(cache, cache).count(ngram, 8)).toBe(2 ** 31 - 1)
  })

  test('of what was never seen are 0', () => {
    const cache = new LookupCache()
    cache.learn(Int32Array.of(1, 2))
    expect(cache.count(Int32Array.of(1), 3)).toBe(0)
    expect(cache.count(Int32Array.of(2), 3)).toBe(0)
    expect(cache.count(new Int32Array(0), 1)).toBe(0)
    expect(cache.count(Int32Array.of(1, 1, 1, 1, 1), 2)).toBe(0)
  })
})

test.each<[string, (cache: LookupCache) => void]>([
  [
    'maxNgramTokens must be an integer from 1 to 4, got 5',
    (cache) => cache.learn(Int32Array.of(1), { maxNgramTokens: 5 }),
  ],
  [
    'minNgramTokens must be an integer from 1 to 2, got 3',
    (cache) => cache.learn(Int32Array.of(1), { minNgramTokens: 3, maxNgramTokens: 2 }),
  ],
  ['from must be an integer from 0 to 1, got 2', (cache) => cache.learn(Int32Array.of(1), { from: 2 })],
  ['a token must be an integer from 0 to 2147483647, got -1', (cache) => cache.learn(Int32Array.of(1, -1))],
  ['the length of an n-gram must be an integer from 1 to 4, got 0', (cache) => cache.add(new Int32Array(0), 1, 1)],
  ['a token must be an integer from 0 to 2147483647, got -1', (cache) => cache.add(Int32Array.of(-1), 1, 1)],
  ['a token must be an integer from 0 to 2147483647, got -2', (cache) => cache.add(Int32Array.of(1), -2, 1)],
  ['count must be an integer from 1 to 2147483647, got 0', (cache) => cache.add(Int32Array.of(1), 1, 0)],
])('%s', (message, act) => {
  const cache = new LookupCache()
  expect(() => act(cache)).toThrow(expect.objectContaining({ code: 'ERR_OPTION_INVALID', message }))
  expect(cache.size).toBe(0)
})

type Learn = (cache: LookupCache, text: readonly number[], options: Sizes, cut: number) => void
type Table = Record<string, Record<TokenId, number>>

function law(learn: Learn): Promise<void> {
  return fc.assert(
    fc.asyncProperty(texts, sizes, fc.nat(), async (text, options, seed) => {
      const cache = new LookupCache()
      learn(cache, text, options, seed % (text.length + 1))
      expect(tableOf(cache)).toEqual(naiveTable(text, options))
    }),
  )
}

function mergeLaw(merge: (one: LookupCache, other: LookupCache) => LookupCache): Promise<void> {
  return fc.assert(
    fc.asyncProperty(texts, texts, sizes, async (first, second, options) => {
      const [one, other] = [learned(first, options), learned(second, options)]
      const sums = naiveTable(first, options)
      for (const [ngram, followers] of Object.entries(naiveTable(second, options)))
        for (const [token, count] of Object.entries(followers)) countInto(sums, ngram, Number(token), count)
      expect(tableOf(merge(one, other))).toEqual(sums)
      expect(tableOf(one)).toEqual(naiveTable(first, options))
    }),
  )
}

function learned(text: readonly number[], options: Sizes): LookupCache {
  const cache = new LookupCache()
  cache.learn(Int32Array.from(text), options)
  return cache
}

function tableOf(cache: LookupCache): Table {
  const entries = [...cache.entries()]
  expect(entries.length).toBe(cache.size)
  const table = Object.fromEntries(entries.map(({ ngram, followers }) => [ngram.join(), Object.fromEntries(followers)]))
  expect(Object.keys(table).length).toBe(entries.length)
  for (const { ngram, followers } of entries)
    for (const [token, count] of followers) expect(cache.count(ngram, token)).toBe(count)
  return table
}

/** Counts every n-gram of the text by cutting it out. */
function naiveTable(text: readonly number[], { minNgramTokens, maxNgramTokens }: Sizes): Table {
  const table: Table = {}
  for (let size = minNgramTokens; size <= maxNgramTokens; size++)
    for (let start = 0; start + size < text.length; start++)
      countInto(table, text.slice(start, start + size).join(), text[start + size] as TokenId, 1)
  return table
}

function countInto(table: Table, ngram: string, token: TokenId, count: number): void {
  table[ngram] ??= {}
  const followers = table[ngram]
  followers[token] = (followers[token] ?? 0) + count
}
