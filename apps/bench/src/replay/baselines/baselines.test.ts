import type { Drafter } from '@foretoken/contract'
import { testDrafter } from '@foretoken/contract/conformance'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ngramSimpleDrafter } from './ngram-simple.js'
import { type OldestMatchOptions, oldestMatchDrafter } from './oldest-match.js'

const hf = { maxMatchTokens: 3, minMatchTokens: 1, draftTokens: 10 }
const vllm = { maxMatchTokens: 5, minMatchTokens: 2, draftTokens: 5 }

// Stands for all of them: a baseline is a function of the text in the same shell.
describe('oldest match', () => testDrafter({ create: () => oldestMatchDrafter('hf-lookup', hf), numRuns: 20 }))

/** Texts in which n-grams of every length come again. */
const text = fc
  .array(
    fc.oneof(
      { weight: 3, arbitrary: fc.array(fc.nat(3), { minLength: 1, maxLength: 6 }) },
      fc.constant([0, 1, 2, 3, 0]),
    ),
    {
      minLength: 1,
      maxLength: 12,
    },
  )
  .map((parts) => parts.flat())

async function drafted(drafter: Drafter, tokens: readonly number[], maxTokens = 64): Promise<number[]> {
  await using session = drafter.open(Int32Array.from(tokens))
  return [...(await session.draft({ maxTokens })).tokens]
}

/** From the definition: n-gram sizes from the largest down, and of the first that occurs earlier the oldest occurrence. */
function naively(tokens: readonly number[], options: OldestMatchOptions): number[] {
  for (let size = options.maxMatchTokens; size >= options.minMatchTokens; size--) {
    const end = tokens
      .slice(0, -1)
      .findIndex((_, index) => ngram(tokens, index + 1, size) === ngram(tokens, tokens.length, size))
    if (end >= 0 && size < tokens.length) return tokens.slice(end + 1, end + 1 + options.draftTokens)
  }
  return []
}

function ngram(tokens: readonly number[], end: number, size: number): string {
  return end < size ? `none before ${end}` : tokens.slice(end - size, end).join()
}

describe('oldestMatchDrafter', () => {
  it.each([hf, { ...hf, maxMatchTokens: 2 }, vllm])('drafts what a naive search finds with %j', async (options) => {
    let found = 0
    await fc.assert(
      fc.asyncProperty(text, async (tokens) => {
        const expected = naively(tokens, options)
        found += Math.min(1, expected.length)
        expect(await drafted(oldestMatchDrafter('oldest', options), tokens)).toEqual(expected)
      }),
      { numRuns: 300 },
    )
    expect(found).toBeGreaterThan(100)
  })

  it.each([
    [hf, [1, 2, 3, 1], [2, 3, 1]],
    [vllm, [1, 2, 3, 1], []],
    // The example of vLLM's documentation.
    [vllm, [1, 2, 3, 4, 2, 3], [4, 2, 3]],
    // The longest wins, then the oldest.
    [hf, [2, 9, 1, 2, 7, 1, 2, 8, 1, 2], [7, 1, 2, 8, 1, 2]],
  ])('with %j and %j drafts %j', async (options, tokens, expected) => {
    expect(await drafted(oldestMatchDrafter('oldest', options), tokens)).toEqual(expected)
  })

  it('drafts no more than it is asked for', async () => {
    expect(await drafted(oldestMatchDrafter('oldest', hf), [1, 2, 3, 1], 2)).toEqual([2, 3])
  })
})

describe('ngramSimpleDrafter', () => {
  it('drafts what llama.cpp drafts', async () => {
    const range = (from: number, length: number): number[] => Array.from({ length }, (_, index) => from + index)
    const draft = (tokens: readonly number[]): Promise<number[]> => drafted(ngramSimpleDrafter(), tokens)
    const passage = range(100, 70)
    const end = passage.slice(0, 12)

    // The last token of the text is kept apart: of 0 to 11, only the copy at 1 and later counts.
    expect(await draft([0, ...passage, ...end])).toEqual(range(112, 48))
    expect(await draft([...passage, ...end])).toEqual([])
    expect(await draft([0, ...passage, ...end.slice(1)])).toEqual([])
    // The latest occurrence wins, and up to the last token but one there are 12 tokens to draft, or none.
    const between = range(200, 1)
    expect(await draft([0, ...passage, ...between, ...end, ...between, ...end])).toEqual([200, ...end.slice(0, -1)])
    expect(await draft([0, ...passage, ...between, ...end, ...end])).toEqual([])
    // 62 tokens are not searched, 63 are.
    const short = [...range(300, 38), ...end, ...range(400, 12)].slice(0, 50)
    expect(short).toHaveLength(50)
    expect(await draft([...short.slice(0, 49), ...end])).toEqual([])
  })
})
