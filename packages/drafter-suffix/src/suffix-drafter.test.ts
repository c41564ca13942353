import type { Draft, DraftSessionOptions } from '@foretoken/contract'
import { testDrafter } from '@foretoken/contract/conformance'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type SuffixDrafter, suffixDrafter } from './index.js'

/** Tokens none of which repeats. */
const prose = (length: number) => Array.from({ length }, (_, place) => 100 * length + place)

testDrafter({ create: () => suffixDrafter() })

describe('drafts', () => {
  test.each([
    { name: 'what followed the longest match', text: [4, 2, 3, 9, 7, 3, 5, 4, 2, 3], tokens: [9, 7] },
    {
      name: 'what followed the newest of equal matches',
      text: [1, 2, 7, ...prose(130), 1, 2, 8, ...prose(20), 1, 2],
      tokens: [8, 2000],
    },
    { name: 'a period on past the end of the text', text: [6, 6, 6], tokens: [6, 6] },
    { name: 'nothing without a match', text: [1, 2, 3, 4], tokens: [] },
    { name: 'nothing for an empty prompt', text: [], tokens: [] },
  ])('$name', async ({ text, tokens }) => {
    using drafter = suffixDrafter()
    expect(await draftOf(drafter, text, 2)).toEqual(tokens)
  })

  test('go on beyond a substitution', async () => {
    using drafter = suffixDrafter()
    const text = Array.from({ length: 60 }, (_, place) => 100 + place)
    await using session = drafter.open(Int32Array.of(...text, ...text.slice(0, 30)))
    await session.draft({ maxTokens: 4 })
    session.commit(Int32Array.of(130, 131))
    await session.draft({ maxTokens: 4 })
    session.commit(Int32Array.of(7))
    const { tokens } = await session.draft({ maxTokens: 3 })
    expect(tokens).toEqual(Int32Array.of(133, 134, 135))
  })

  test('become more probable as they come true', async () => {
    using drafter = suffixDrafter()
    await using session = drafter.open(Int32Array.of(1, 2, 3, 1))
    const before = firstProbability(await session.draft({ maxTokens: 3 }))
    for (let round = 0; round < 10; round++) {
      session.commit(Int32Array.of(2, 3, 1))
      await session.draft({ maxTokens: 3 })
    }
    expect(firstProbability(await session.draft({ maxTokens: 3 }))).toBeGreaterThan(before + 0.1)
  })
})

describe('memory', () => {
  const prompt = [1, 2, 3, 4, 5]
  const output = [11, 12, 13, 14, 15]

  test.each<{ remember: NonNullable<DraftSessionOptions['remember']>; ofPrompt: number[]; ofOutput: number[] }>([
    { remember: 'all', ofPrompt: [4, 5], ofOutput: [14, 15] },
    { remember: 'outputs', ofPrompt: [], ofOutput: [14, 15] },
    { remember: 'none', ofPrompt: [], ofOutput: [] },
  ])('keeps $remember', async ({ remember, ofPrompt, ofOutput }) => {
    using drafter = suffixDrafter()
    await live(drafter, prompt, output, { remember })
    expect(await draftOf(drafter, [9, 2, 3], 2)).toEqual(ofPrompt)
    expect(await draftOf(drafter, [9, 12, 13], 2)).toEqual(ofOutput)
  })

  test('is dropped scope by scope', async () => {
    using drafter = suffixDrafter()
    for (const scope of ['a', 'b']) await live(drafter, prompt, output, { scope })
    drafter.forget('a')
    expect(await draftOf(drafter, [9, 2, 3], 2, { scope: 'a' })).toEqual([])
    expect(await draftOf(drafter, [9, 2, 3], 2, { scope: 'b' })).toEqual([4, 5])
  })

  test('stays within its budget and forgets the oldest', async () => {
    const maxBytes = 2 ** 20
    using drafter = suffixDrafter({ maxBytes })
    await live(drafter, prompt, output)
    for (let round = 0; round < 100; round++)
      await live(
        drafter,
        Array.from({ length: 1000 }, (_, place) => 100 + 1000 * round + place),
        [20, 21, 22 + round],
      )
    expect(drafter.stats().bytes).toBeLessThanOrEqual(maxBytes)
    expect(drafter.stats().bytes).toBeGreaterThan(0.9 * maxBytes)
    expect(await draftOf(drafter, [9, 2, 3], 2)).toEqual([])
    expect(await draftOf(drafter, [9, 20, 21], 1)).toEqual([121])
  })

  test.each([2 ** 20 - 1, 2 ** 34 + 1, 1.5 * 2 ** 20 + 0.5])('refuses a budget of %d bytes', (maxBytes) => {
    expect(() => suffixDrafter({ maxBytes })).toThrow(
      `maxBytes must be an integer from ${2 ** 20} to ${2 ** 34}, got ${maxBytes}`,
    )
  })
})

describe('one instance', () => {
  const long = Array.from({ length: 200 }, (_, place) => 100 + place)

  test('keeps two unrelated prompts apart', async () => {
    using drafter = suffixDrafter()
    await live(drafter, long, [7, 8])
    expect(await draftOf(drafter, [5_000, 5_001, 5_002], 4)).toEqual([])
    expect(await draftOf(drafter, [5_003, 5_004, 5_003], 1)).toEqual([5_004])
  })

  test('goes on with a prompt that has shrunk as it went on before', async () => {
    using drafter = suffixDrafter()
    await live(drafter, long, [7, 8])
    expect(await draftOf(drafter, long.slice(0, 100), 3)).toEqual(long.slice(100, 103))
    expect(await draftOf(drafter, long.slice(0, 2), 3)).toEqual(long.slice(2, 5))
  })

  test('goes on with a repeated prompt as it went on before, and writes it once', async () => {
    using drafter = suffixDrafter()
    await live(drafter, long, [7, 8, 9])
    const { tokens } = drafter.stats()
    for (let round = 0; round < 5; round++) expect(await draftOf(drafter, long, 3)).toEqual([7, 8, 9])
    expect(drafter.stats().tokens).toBeLessThanOrEqual(tokens + 5 * 32)
  })
})

test('what happens in other scopes changes no draft, no probability and no count', async () => {
  await scopeLaw(['other', ''])
})

test('an offender that learns in the same scope is caught', async () => {
  await expect(scopeLaw(['', ''])).rejects.toThrow('Property failed')
})

test('counts hits by source', async () => {
  using drafter = suffixDrafter()
  await live(drafter, [1, 2, 3, 4, 5, 6], [])
  await using session = drafter.open(Int32Array.of(9, 1, 2, 3))
  await session.draft({ maxTokens: 2 })
  session.commit(Int32Array.of(4, 8))
  expect(drafter.stats().sources).toEqual({
    ownText: { attempts: 0, hits: 0, hitRate: 0 },
    session: { attempts: 0, hits: 0, hitRate: 0 },
    earlierRequests: { attempts: 2, hits: 1, hitRate: 0.5 },
    corpus: { attempts: 0, hits: 0, hitRate: 0 },
  })
  expect(drafter.stats('other').tokens).toBe(0)
})

test('the same texts give the same drafts and probabilities, bit by bit', async () => {
  const texts = fc.array(fc.array(fc.nat({ max: 5 }), { minLength: 10, maxLength: 60 }), { minLength: 2, maxLength: 5 })
  let drafted = 0
  await fc.assert(
    fc.asyncProperty(texts, async (all) => {
      const drafts = await replay(all)
      drafted += drafts.filter(({ tokens }) => tokens.length > 0).length
      expect(await replay(all)).toEqual(drafts)
    }),
    { numRuns: 30 },
  )
  expect(drafted).toBeGreaterThan(100)
})

/** Replays texts with others between them, told in the scope `noise`; the result is that without them. */
async function scopeLaw([noise, scope]: readonly [noise: string, scope: string]): Promise<void> {
  const texts = fc.array(fc.array(fc.nat({ max: 5 }), { minLength: 10, maxLength: 40 }), { minLength: 2, maxLength: 4 })
  await fc.assert(
    fc.asyncProperty(texts, texts, async (all, others) => {
      using quiet = suffixDrafter()
      using noisy = suffixDrafter()
      for (const [index, text] of all.entries()) {
        await tell(noisy, others[index % others.length] ?? [], noise)
        expect(await tell(noisy, text, scope)).toEqual(await tell(quiet, text, scope))
      }
      expect(noisy.stats(scope)).toEqual(quiet.stats(scope))
    }),
    { numRuns: 30 },
  )
}

/** Tells the texts one after another, four tokens a step. */
async function replay(texts: readonly (readonly number[])[]): Promise<readonly Draft[]> {
  using drafter = suffixDrafter()
  const drafts: Draft[] = []
  for (const text of texts) drafts.push(...(await tell(drafter, text)))
  return drafts
}

/** Tells one text, four tokens a step. */
async function tell(drafter: SuffixDrafter, text: readonly number[], scope = ''): Promise<readonly Draft[]> {
  await using session = drafter.open(Int32Array.from(text.slice(0, 5)), { scope })
  const drafts: Draft[] = []
  for (let start = 5; start < text.length; start += 4) {
    const { tokens, probabilities, drafter: name } = await session.draft({ maxTokens: 6 })
    drafts.push({ tokens: tokens.slice(), probabilities: probabilities?.slice() as Float32Array, drafter: name })
    session.commit(Int32Array.from(text.slice(start, start + 4)))
  }
  return drafts
}

async function live(
  drafter: SuffixDrafter,
  prompt: readonly number[],
  output: readonly number[],
  options?: DraftSessionOptions,
): Promise<void> {
  await using session = drafter.open(Int32Array.from(prompt), options)
  session.commit(Int32Array.from(output))
}

/** What the drafter says behind `text`. */
async function draftOf(
  drafter: SuffixDrafter,
  text: readonly number[],
  maxTokens: number,
  options?: DraftSessionOptions,
): Promise<number[]> {
  await using session = drafter.open(Int32Array.from(text), options)
  const { tokens } = await session.draft({ maxTokens })
  return [...tokens]
}

function firstProbability({ probabilities }: Draft): number {
  return probabilities?.[0] ?? 0
}
