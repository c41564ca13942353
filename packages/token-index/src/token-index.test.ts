import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Sequence, TokenIndex } from './index.js'

// The least an index takes: 4096 tokens.
const smallest = new TokenIndex(0).bytes

describe('eviction', () => {
  test('takes the oldest closed texts first and never an open one', async () => {
    await law((sequence) => sequence.close())
  })

  // One writer per mistake; the law must catch each.
  test.each<[string, (sequence: Sequence, open: readonly Sequence[]) => void]>([
    ['gives up an open text', (sequence, open) => void sequence.arena.retire((open[0] ?? sequence).end)],
    ['never gives up anything', () => {}],
  ])('an offender that %s is caught', async (_, close) => {
    await expect(law(close)).rejects.toThrow('Property failed')
  })

  test('keeps memory flat', () => {
    const maxBytes = 2 ** 18
    const index = new TokenIndex(maxBytes)
    for (let session = 0; session < 400; session++) {
      const sequence = index.open(Int32Array.from({ length: 900 }, (_, place) => (place * session) % 5000))
      for (let place = 0; place < 100; place++) sequence.append(Int32Array.of(place), 0, 1)
      sequence.close()
      expect(index.bytes).toBeLessThanOrEqual(maxBytes)
    }
    expect(index.bytes).toBeGreaterThan(0.8 * maxBytes)
    expect(index.bytes / index.storedTokens).toBeLessThan(32)
  })
})

describe('a shared prefix', () => {
  const long = Int32Array.from({ length: 1000 }, (_, place) => place)

  test('is not written again', () => {
    const index = new TokenIndex(0)
    const first = index.open(long)
    const before = index.storedTokens
    const second = index.open(Int32Array.of(...long, 7, 8, 9))
    expect(index.storedTokens - before).toBeLessThanOrEqual(32)
    expect(second.tokensFrom(0)).toEqual(Int32Array.of(...long, 7, 8, 9))
    expect(second.owner).toBe(first.owner)
  })

  test('makes one conversation only if it is long enough', () => {
    const index = new TokenIndex(0)
    const first = index.open(long.slice(0, 64))
    expect(index.open(long.slice(0, 65)).owner).toBe(first.owner)
    expect(index.open(long.slice(0, 64)).owner).not.toBe(first.owner)
  })

  test('lets both go on in their own way', () => {
    const index = new TokenIndex(0)
    const [first, second] = [index.open(long), index.open(long)]
    for (let place = 0; place < 100; place++) {
      first.append(Int32Array.of(1), 0, 1)
      second.append(Int32Array.of(2), 0, 1)
    }
    expect(first.tokensFrom(1000)).toEqual(new Int32Array(100).fill(1))
    expect(second.tokensFrom(0)).toEqual(Int32Array.of(...long, ...new Int32Array(100).fill(2)))
  })
})

// Prompts of which many begin alike, so that texts share blocks as conversations do.
const prompts = fc
  .record({ family: fc.nat({ max: 2 }), shared: fc.nat({ max: 600 }), own: fc.nat({ max: 200 }), seed: fc.nat() })
  .map(({ family, shared, own, seed }) =>
    Int32Array.from({ length: 1 + shared + own }, (_, place) =>
      place < shared ? 10_000 * family + place : 50_000 + ((seed + place) % 997),
    ),
  )
const acts = fc.array(fc.record({ prompt: prompts, writes: fc.nat({ max: 100 }), closes: fc.nat({ max: 3 }) }), {
  minLength: 40,
  maxLength: 60,
  size: 'max',
})

/** Opens, writes and closes texts: at most four are open, so all the open ones fit. */
function law(close: (sequence: Sequence, open: readonly Sequence[]) => void): Promise<void> {
  return fc.assert(
    fc.asyncProperty(acts, async (all) => {
      const index = new TokenIndex(0)
      const texts = new Map<Sequence, number[]>()
      const open: Sequence[] = []
      const closed: Sequence[] = []
      for (const { prompt, writes, closes } of all) {
        const sequence = index.open(prompt)
        open.push(sequence)
        texts.set(sequence, [...prompt])
        for (let count = 0; count < writes; count++) {
          const writer = open[count % open.length] as Sequence
          writer.append(Int32Array.of(count), 0, 1)
          texts.get(writer)?.push(count)
        }
        while (open.length > closes) {
          const done = open.shift() as Sequence
          closed.push(done)
          close(done, open)
        }
        expectSound(texts, open, closed)
        expect(index.bytes).toBe(smallest)
      }
      expect(closed.some((sequence) => sequence.isEvicted)).toBe(true)
    }),
    // A smaller case would say no more, and takes long to find.
    { numRuns: 10, endOnFailure: true },
  )
}

function expectSound(texts: Map<Sequence, number[]>, open: readonly Sequence[], closed: readonly Sequence[]): void {
  const gone = closed.filter((sequence) => sequence.isEvicted).length
  expect(closed.slice(0, gone).every((sequence) => sequence.isEvicted)).toBe(true)
  for (const sequence of [...open, ...closed.slice(gone)])
    expect(isSame(sequence.tokensFrom(0), texts.get(sequence) ?? [])).toBe(true)
}

// Much faster than toEqual.
function isSame(tokens: Int32Array, text: readonly number[]): boolean {
  return tokens.length === text.length && tokens.every((token, place) => token === text[place])
}
