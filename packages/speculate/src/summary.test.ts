import type { Step } from '@foretoken/contract'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addStep, emptySummary, type Summary, summarize } from './index.js'

test('no steps', () => {
  expect(summarize([])).toEqual({
    tokens: 0,
    steps: 0,
    draftedTokens: 0,
    acceptedTokens: 0,
    acceptanceRate: 0,
    tokensPerStep: 0,
    draftMs: 0,
    verifyMs: 0,
    finish: '',
    byDrafter: {},
  })
})

test('a text in three steps', () => {
  const steps = [
    step({
      drafter: 'lookup',
      tokens: 4,
      proposedTokens: 8,
      draftedTokens: 6,
      acceptedTokens: 3,
      draftMs: 1,
      verifyMs: 9,
    }),
    step({
      drafter: 'suffix',
      tokens: 1,
      proposedTokens: 2,
      draftedTokens: 2,
      acceptedTokens: 0,
      draftMs: 2,
      verifyMs: 8,
    }),
    step({ tokens: 1, verifyMs: 5, finish: 'end-of-text', dropped: 'it threw' }),
  ]
  expect(summarize(steps)).toEqual({
    tokens: 6,
    steps: 3,
    draftedTokens: 8,
    acceptedTokens: 3,
    acceptanceRate: 3 / 8,
    tokensPerStep: 2,
    draftMs: 3,
    verifyMs: 22,
    finish: 'end-of-text',
    byDrafter: {
      lookup: { steps: 1, draftedTokens: 6, acceptedTokens: 3 },
      suffix: { steps: 1, draftedTokens: 2, acceptedTokens: 0 },
    },
    dropped: 'it threw',
  })
})

describe('the fold', () => {
  test('is the naive recount', () => law(summarize))

  test('adds steps as they come', () =>
    law((steps) => steps.reduce((summary, one) => addStep(summary, one), emptySummary)))

  // One fold per mistake; the law must catch each.
  test.each<[string, (steps: readonly Step[]) => Summary]>([
    ['forgets the last step', (steps) => summarize(steps.slice(0, -1))],
    [
      'counts proposed tokens as drafted',
      (steps) => summarize(steps.map((s) => ({ ...s, draftedTokens: s.proposedTokens }))),
    ],
    ['averages the rates', (steps) => ({ ...summarize(steps), acceptanceRate: mean(steps.map(rateOf)) })],
    ['merges the drafters', (steps) => summarize(steps.map((s) => ({ ...s, drafter: s.drafter && 'all' })))],
  ])('an offender that %s is caught', async (_, fold) => {
    await expect(law(fold)).rejects.toThrow('Property failed')
  })
})

/** The summary of any steps is what counting them one quantity at a time gives. */
function law(fold: (steps: readonly Step[]) => Summary): Promise<void> {
  return fc.assert(
    fc.asyncProperty(fc.array(steps, { maxLength: 12 }), async (all) => {
      expect(fold(all)).toEqual(recount(all))
    }),
  )
}

function recount(steps: readonly Step[]): Summary {
  const sum = (value: (step: Step) => number, some = steps) => some.reduce((total, one) => total + value(one), 0)
  const drafted = sum((one) => one.draftedTokens)
  const names = [...new Set(steps.map((one) => one.drafter))].filter((name) => name !== '')
  const dropped = steps.findLast((one) => one.dropped !== undefined)?.dropped
  return {
    tokens: sum((one) => one.tokens.length),
    steps: steps.length,
    draftedTokens: drafted,
    acceptedTokens: sum((one) => one.acceptedTokens),
    acceptanceRate: sum((one) => one.acceptedTokens) / Math.max(drafted, 1),
    tokensPerStep: sum((one) => one.tokens.length) / Math.max(steps.length, 1),
    draftMs: sum((one) => one.draftMs),
    verifyMs: sum((one) => one.verifyMs),
    finish: steps.at(-1)?.finish ?? '',
    byDrafter: Object.fromEntries(
      names.map((name) => {
        const own = steps.filter((one) => one.drafter === name)
        return [
          name,
          {
            steps: own.length,
            draftedTokens: sum((one) => one.draftedTokens, own),
            acceptedTokens: sum((one) => one.acceptedTokens, own),
          },
        ]
      }),
    ),
    ...(dropped !== undefined && { dropped }),
  }
}

// Some names are those that a plain object already has.
const steps: fc.Arbitrary<Step> = fc
  .record({
    drafter: fc.constantFrom('', 'lookup', 'constructor', '__proto__'),
    proposedTokens: fc.integer({ min: 1, max: 9 }),
    draftedShare: fc.constantFrom(0, 0.5, 1),
    acceptedShare: fc.constantFrom(0, 0.5, 1),
    draftMs: fc.nat(),
    verifyMs: fc.nat(),
    finish: fc.constantFrom('', 'stopped', 'end-of-text'),
    dropped: fc.constantFrom(undefined, undefined, 'it threw', 'it was late'),
  })
  .map(({ draftedShare, acceptedShare, dropped, ...rest }) => {
    const proposedTokens = rest.drafter === '' ? 0 : rest.proposedTokens
    const draftedTokens = Math.floor(proposedTokens * draftedShare)
    const acceptedTokens = Math.floor(draftedTokens * acceptedShare)
    const counts = { proposedTokens, draftedTokens, acceptedTokens, tokens: acceptedTokens + 1 }
    return step({ ...rest, ...counts, ...(dropped !== undefined && { dropped }) })
  })

function step({ tokens, ...rest }: Omit<Partial<Step>, 'tokens'> & { readonly tokens: number }): Step {
  return {
    index: 0,
    tokens: new Int32Array(tokens),
    drafter: '',
    proposedTokens: 0,
    draftedTokens: 0,
    acceptedTokens: 0,
    width: 1 + (rest.draftedTokens ?? 0),
    draftMs: 0,
    verifyMs: 0,
    finish: '',
    ...rest,
  }
}

function rateOf({ draftedTokens, acceptedTokens }: Step): number {
  return acceptedTokens / Math.max(draftedTokens, 1)
}

function mean(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0) / Math.max(values.length, 1)
}
