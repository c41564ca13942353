import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { LookupCache, mergeLookupCaches, readLookupCache, writeLookupCache } from '../../src/index.js'
import { llamaDriver } from './llama-driver.js'

const driver = await llamaDriver()
afterAll(() => driver?.[Symbol.asyncDispose]())

/** What the committed file was made of, by `learn committed.bin 1 4 24 …`. */
const TEXT = [0, 9, 2147483646, 9, 2147483646, 9, 5, 5, 5, 5, 5, 7, 1, 2, 3, 4, 1, 2, 3, 1, 2, 3, 4, 0]

test('a committed file of llama.cpp is read', async () => {
  const path = fileURLToPath(new URL('committed.bin', import.meta.url))
  expect(table(await readLookupCache(path))).toEqual(table(learned(TEXT)))
})

if (driver !== undefined)
  describe('llama.cpp itself', () => {
    const { folder, run } = driver
    const path = (name: string): string => join(folder, name)
    const texts = fc.array(fc.nat({ max: 4 }), { minLength: 1, maxLength: 60 })
    const sizes = fc.tuple(fc.integer({ min: 1, max: 4 }), fc.nat({ max: 3 })).map(([min, more]) => ({
      minNgramTokens: min,
      maxNgramTokens: Math.min(4, min + more),
    }))
    // A case starts a process.
    const parameters = { numRuns: 40 }

    test('counts the same and writes what is read', async () => {
      await fc.assert(
        fc.asyncProperty(texts, sizes, fc.nat(), async (text, options, seed) => {
          const { minNgramTokens: min, maxNgramTokens: max } = options
          const cut = seed % (text.length + 1)
          const head = text.slice(0, cut)
          await writeLookupCache(path('a.bin'), new LookupCache())
          await run([
            `learn a.bin ${min} ${max} ${cut} ${head.join(' ')}`,
            `learn a.bin ${min} ${max} ${text.length - cut} ${text.join(' ')}`,
          ])
          const cache = new LookupCache()
          cache.learn(Int32Array.from(head), options)
          cache.learn(Int32Array.from(text), { ...options, from: cut })
          expect(table(await readLookupCache(path('a.bin')))).toEqual(table(cache))
        }),
        parameters,
      )
    })

    test('reads what is written, and merges to the same', async () => {
      await fc.assert(
        fc.asyncProperty(texts, texts, async (one, other) => {
          const [a, b] = [learned(one), learned(other)]
          await writeLookupCache(path('a.bin'), a)
          await writeLookupCache(path('b.bin'), b)
          await run(['merge a.bin b.bin'])
          expect(table(await readLookupCache(path('a.bin')))).toEqual(table(mergeLookupCaches(a, b)))
        }),
        parameters,
      )
    })
  })

function learned(text: readonly number[]): LookupCache {
  const cache = new LookupCache()
  cache.learn(Int32Array.from(text))
  return cache
}

/** llama.cpp's order is that of its hash table, so it does not count. */
function table(cache: LookupCache): Record<string, Record<number, number>> {
  return Object.fromEntries(
    [...cache.entries()].map(({ ngram, followers }) => [ngram.join(), Object.fromEntries(followers)]),
  )
}
