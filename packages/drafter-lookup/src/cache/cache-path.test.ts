import type { Tokens } from '@foretoken/contract'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LookupCache } from '../index.js'
import { CachePath } from './cache-path.js'
import type { MostFrequent } from './lookup-cache.js'

const sizes = { minNgramTokens: 1, maxNgramTokens: 4 }

describe('a path through caches', () => {
  test.each([
    { name: 'says what followed most often', text: [1, 2, 1, 2, 1, 3], prompt: [1], tokens: [2, 1, 2] },
    {
      name: 'trusts the longer n-gram',
      text: [1, 2, 3, 1, 2, 3, 5, 2, 4, 6, 2, 4, 7, 2, 4],
      prompt: [1, 2],
      tokens: [3],
    },
    { name: 'ends where nothing is known', text: [1, 2, 3], prompt: [1], tokens: [2, 3] },
    { name: 'says nothing behind what it never saw', text: [1, 2, 3], prompt: [9], tokens: [] },
    { name: 'says nothing without a text', text: [1, 2, 3], prompt: [], tokens: [] },
  ])('$name', ({ text, prompt, tokens }) => {
    expect(tokensOf(pathOf(text, prompt), 3).slice(0, tokens.length)).toEqual(tokens)
    if (tokens.length === 0) expect(tokensOf(pathOf(text, prompt), 3)).toEqual([])
  })

  test('reads the n-grams that are asked for only', () => {
    const cache = learned([1, 2, 3, 1, 2, 3])
    const prompt = Int32Array.of(9, 2)
    expect(tokensOf(new CachePath(prompt, [cache], sizes), 1)).toEqual([3])
    expect(tokensOf(new CachePath(prompt, [cache], { ...sizes, minNgramTokens: 2 }), 1)).toEqual([])
    expect(tokensOf(new CachePath(Int32Array.of(1, 2), [cache], { ...sizes, minNgramTokens: 2 }), 1)).toEqual([3])
    // Lookup caches have no longer ones.
    expect(tokensOf(new CachePath(Int32Array.of(1, 2), [cache], { minNgramTokens: 5, maxNgramTokens: 8 }), 1)).toEqual(
      [],
    )
  })

  test('takes the cache that promises more', () => {
    const [once, often] = [learned([1, 2]), learned([1, 3, 1, 3, 1, 3])]
    for (const caches of [
      [once, often],
      [often, once],
    ])
      expect(tokensOf(new CachePath(Int32Array.of(1), caches, sizes), 1)).toEqual([3])
  })

  test('learns from the text which n-grams to trust', () => {
    const [right, wrong] = [pathOf(cycle(3), [0]), pathOf(cycle(3), [0])]
    const before = firstChance(right)
    for (let place = 1; place < 40; place++) right.commit(place % 3)
    for (let place = 1; place < 40; place++) wrong.commit(place % 2)
    expect(firstChance(right)).toBeGreaterThan(before + 0.05)
    expect(firstChance(wrong)).toBeLessThan(before - 0.2)
  })

  test('ends before the product of chances falls below the floor', async () => {
    const texts = fc.array(fc.nat({ max: 3 }), { minLength: 4, maxLength: 40 })
    await fc.assert(
      fc.asyncProperty(
        texts,
        fc.nat({ max: 10 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        async (text, limit, floor) => {
          const path = pathOf(text, text.slice(-4))
          const length = path.draft(limit, floor)
          const product = path.probabilities.subarray(0, length).reduce((left, right) => left * right, 1)
          expect(length).toBeLessThanOrEqual(limit)
          expect(product).toBeGreaterThanOrEqual(floor * 0.999)
          // The same again, and the shorter draft is the beginning of the longer one.
          const tokens = tokensOf(path, 10)
          expect(path.draft(limit, floor)).toBe(length)
          expect(tokens.slice(0, length)).toEqual([...path.tokens.subarray(0, length)])
        },
      ),
    )
  })
})

describe('the most frequent follower', () => {
  const texts = fc.array(fc.nat({ max: 3 }), { minLength: 5, maxLength: 60 })

  test('is that of a naive count, the lowest of equals', async () => {
    await law((cache, text, end, size) => cache.mostFrequent(text, end, size))
  })

  test('an offender that takes the newest of equals is caught', async () => {
    await expect(
      law((cache, text, end, size) => {
        const found = cache.mostFrequent(text, end, size)
        const [entry] = [...cache.entries()].filter(({ ngram }) => ngram.join() === text.slice(end - size, end).join())
        const equals = [...(entry?.followers ?? [])].filter(([, count]) => count === found?.count)
        return found && { ...found, token: equals.at(-1)?.[0] as number }
      }),
    ).rejects.toThrow('Property failed')
  })

  function law(
    find: (cache: LookupCache, text: Tokens, end: number, size: number) => MostFrequent | undefined,
  ): Promise<void> {
    return fc.assert(
      fc.asyncProperty(texts, fc.integer({ min: 1, max: 4 }), async (text, size) => {
        const found = find(learned(text), Int32Array.from(text), text.length, size)
        expect(found).toEqual(naive(text, text.slice(-size)))
      }),
    )
  }
})

function naive(text: readonly number[], ngram: readonly number[]): MostFrequent | undefined {
  const followers = text.filter(
    (_, end) => end >= ngram.length && text.slice(end - ngram.length, end).join() === ngram.join(),
  )
  const times = (token: number): number => followers.filter((other) => other === token).length
  const [token] = [...new Set(followers)].sort((left, right) => times(right) - times(left) || left - right)
  return token === undefined ? undefined : { size: ngram.length, token, count: times(token), total: followers.length }
}

function learned(text: readonly number[]): LookupCache {
  const cache = new LookupCache()
  cache.learn(Int32Array.from(text))
  return cache
}

function pathOf(text: readonly number[], prompt: readonly number[]): CachePath {
  return new CachePath(Int32Array.from(prompt), [learned(text)], sizes)
}

function tokensOf(path: CachePath, limit: number): readonly number[] {
  return [...path.tokens.subarray(0, path.draft(limit, 0))]
}

function firstChance(path: CachePath): number {
  path.draft(1, 0)
  return path.probabilities[0] as number
}

function cycle(length: number): readonly number[] {
  return Array.from({ length: 30 }, (_, place) => place % length)
}
