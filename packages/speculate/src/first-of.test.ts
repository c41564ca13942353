import type { Draft, Drafter } from '@foretoken/contract'
import { testDrafter } from '@foretoken/contract/conformance'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { echoDrafter } from '../test/echo-drafter.js'
import { collect, memoryTarget, plainText } from '../test/memory-target.js'
import { type Habits, mixedDraft, type SampleDrafter, sampleDrafter } from '../test/sample-drafter.js'
import { firstOf, speculate } from './index.js'

const noTokens = new Int32Array(0)

describe('of synchronous drafters', () => {
  testDrafter({ create: () => firstOf(echoDrafter(4), echoDrafter(2), echoDrafter(1)) })
})

describe('of drafters that answer later', () => {
  testDrafter({ create: () => firstOf(echoDrafter(3), echoDrafter(1, { later: true }), { minTokens: 2 }) })
})

describe('the choice', () => {
  test.each<{ name: string; lengths: number[]; minTokens?: number; maxTokens?: number; chosen: number; asked: number }>(
    [
      { name: 'the first long enough', lengths: [2, 3, 9], chosen: 1, asked: 2 },
      { name: 'the last, however short', lengths: [2, 1, 1], chosen: 2, asked: 3 },
      { name: 'the longest of the others where the last is empty', lengths: [1, 2, 0], chosen: 1, asked: 3 },
      { name: 'the earliest of the longest', lengths: [0, 2, 2, 0], chosen: 1, asked: 4 },
      { name: 'the only one', lengths: [1], chosen: 0, asked: 1 },
      { name: 'one as long as was asked for', lengths: [2, 9], maxTokens: 2, chosen: 0, asked: 1 },
      { name: 'one of minTokens', lengths: [4, 5, 9], minTokens: 5, chosen: 1, asked: 2 },
    ],
  )('$name', ({ lengths, minTokens = 3, maxTokens = 16, chosen, asked }) => {
    const drafters = lengths.map((length, index) => drafterOf({ length, later: false }, index))
    const draft = chainOf(drafters, minTokens).open(noTokens).draft({ maxTokens })
    expect(draft).toEqual({ tokens: expect.any(Int32Array), drafter: `drafter-${chosen}` })
    expect((draft as Draft).tokens.length).toBe(Math.min(maxTokens, lengths[chosen] as number))
    expect(drafters.filter(({ seen }) => seen.drafts > 0).length).toBe(asked)
  })

  test('is empty where all are', () => {
    const drafters = [0, 0].map((length, index) => drafterOf({ length, later: false }, index))
    expect(chainOf(drafters, 3).open(noTokens).draft({ maxTokens: 8 })).toMatchObject({ tokens: noTokens })
  })

  test('is the naive one, a promise only where a drafter that was asked gave one', () => law(chainOf))

  // One chain per mistake; the law must catch each.
  test.each<[string, typeof chainOf]>([
    ['asks in another order', (drafters, minTokens) => chainOf(drafters.toReversed(), minTokens)],
    ['takes any draft', (drafters) => chainOf(drafters, 1)],
    ['wants one token more', (drafters, minTokens) => chainOf(drafters, minTokens + 1)],
    ['always answers later', (drafters, minTokens) => later(chainOf(drafters, minTokens))],
  ])('an offender that %s is caught', async (_, offender) => {
    await expect(law(offender)).rejects.toThrow('Property failed')
  })
})

test('limits reach every drafter that is asked', () => {
  const limits = { maxTokens: 4, minProbability: 0.25, signal: new AbortController().signal }
  const seen: unknown[] = []
  const habits: Habits = {
    draft(_, asked) {
      seen.push(asked)
      return { tokens: noTokens, drafter: 'none' }
    },
  }
  firstOf(sampleDrafter(habits), sampleDrafter(habits)).open(noTokens).draft(limits)
  expect(seen).toEqual([limits, limits])
})

test('every drafter hears the whole text, and the draft keeps its maker’s name', async () => {
  const drafters = [drafterOf({ length: 0, later: false }, 0), sampleDrafter({ draft: mixedDraft })] as const
  const prompt = Int32Array.of(1, 2, 3)
  const options = { target: memoryTarget(), prompt, maxTokens: 20, draftTimeoutMs: 60_000 }
  const steps = await collect(speculate({ ...options, drafter: firstOf(...drafters) }))
  expect(new Set(steps.map((step) => step.drafter))).toEqual(new Set(['mixed']))
  for (const { seen } of drafters) {
    expect(seen.heard).toEqual(plainText(prompt, { maxTokens: 20 }))
    expect(seen.disposed).toBe(1)
  }
})

test('learns across sessions if one of its drafters does', () => {
  const [forgetful, learning] = [sampleDrafter(), sampleDrafter({ learnsAcrossSessions: true })]
  expect(firstOf(forgetful, forgetful).learnsAcrossSessions).toBe(false)
  expect(firstOf(forgetful, learning).learnsAcrossSessions).toBe(true)
})

describe('an error', () => {
  const boom = (): never => {
    throw new Error('boom')
  }

  test('while closing closes the other sessions all the same', async () => {
    const drafters = [
      sampleDrafter({ onDispose: boom }),
      sampleDrafter({ onDispose: async () => boom() }),
      sampleDrafter(),
    ]
    const session = chainOf(drafters, 3).open(noTokens)
    await expect(session[Symbol.asyncDispose]()).rejects.toThrow('boom')
    expect(drafters.map(({ seen }) => seen.disposed)).toEqual([1, 1, 1])
  })

  test('while disposing of a drafter disposes of the others all the same', () => {
    const drafters = [{ ...sampleDrafter(), [Symbol.dispose]: boom }, sampleDrafter()]
    expect(() => chainOf(drafters, 3)[Symbol.dispose]()).toThrow('boom')
    expect(drafters[1]?.seen.drafterDisposed).toBe(1)
  })

  test('while opening closes what was open', () => {
    const drafters = [sampleDrafter({ onDispose: boom }), sampleDrafter({ onOpen: boom }), sampleDrafter()]
    expect(() => chainOf(drafters, 3).open(noTokens)).toThrow('boom')
    expect(drafters.map(({ seen }) => [seen.opened, seen.disposed])).toEqual([
      [1, 1],
      [0, 0],
      [0, 0],
    ])
  })
})

test('refuses bad arguments', () => {
  expect(() => firstOf(sampleDrafter(), { minTokens: 0 })).toThrow('minTokens must be an integer from 1 to 64, got 0')
  expect(() => chainOf([], 3)).toThrow('the number of drafters must be an integer from 1 to 64, got 0')
  const other = { ...sampleDrafter(), contractVersion: 2 as 1 }
  expect(() => firstOf(sampleDrafter(), other)).toThrow('sample speaks contract version 2')
})

/** What one drafter of a chain answers. */
interface Answer {
  readonly length: number
  readonly later: boolean
}

/** The chosen draft, who was asked, and whether the answer came at once; in at least 30 % of the cases it did not. */
async function law(chain: typeof chainOf): Promise<void> {
  const seen = { cases: 0, promised: 0, fallback: 0 }
  const answers = fc.array(
    fc.record({ length: fc.oneof(fc.nat({ max: 1 }), fc.nat({ max: 6 })), later: fc.boolean() }),
    {
      minLength: 1,
      maxLength: 4,
    },
  )
  await fc.assert(
    fc.asyncProperty(
      answers,
      fc.integer({ min: 1, max: 5 }),
      fc.nat({ max: 12 }),
      async (all, minTokens, maxTokens) => {
        const lengths = all.map(({ length }) => Math.min(length, maxTokens))
        const enough = lengths.findIndex((length) => length >= Math.min(minTokens, maxTokens))
        const last = all.length - 1
        const longest = lengths.at(-1) === 0 ? lengths.indexOf(Math.max(...lengths)) : last
        const chosen = enough < 0 ? longest : enough
        const asked = enough < 0 ? last : enough

        const drafters = all.map(drafterOf)
        const answer = chain(drafters, minTokens).open(noTokens).draft({ maxTokens })
        expect(answer instanceof Promise).toBe(all.slice(0, asked + 1).some(({ later }) => later))
        const { tokens, drafter } = await answer
        expect(tokens.length).toBe(lengths[chosen])
        if (tokens.length > 0) expect(drafter).toBe(`drafter-${chosen}`)
        expect(drafters.map(({ seen }) => seen.drafts)).toEqual(all.map((_, index) => (index <= asked ? 1 : 0)))

        seen.cases++
        if (answer instanceof Promise) seen.promised++
        if (enough < 0) seen.fallback++
      },
    ),
    { numRuns: 300 },
  )
  expect(seen.promised / seen.cases).toBeGreaterThan(0.3)
  expect(seen.fallback / seen.cases).toBeGreaterThan(0.1)
}

function drafterOf({ length, later }: Answer, index: number): SampleDrafter {
  const name = `drafter-${index}`
  return sampleDrafter({
    name,
    draft(_, { maxTokens }) {
      const draft = { tokens: new Int32Array(Math.min(length, maxTokens)), drafter: name }
      return later ? Promise.resolve(draft) : draft
    },
  })
}

function chainOf(drafters: readonly Drafter[], minTokens: number): Drafter {
  return firstOf(...(drafters as readonly [Drafter, ...Drafter[]]), { minTokens })
}

function later(drafter: Drafter): Drafter {
  return {
    ...drafter,
    open(prompt, options) {
      const session = drafter.open(prompt, options)
      return { ...session, draft: async (limits) => session.draft(limits) }
    },
  }
}
