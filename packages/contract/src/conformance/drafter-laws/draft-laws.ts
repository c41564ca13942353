import * as fc from 'fast-check'
import { expect } from 'vitest'
import type { Draft } from '../../drafter.js'
import { expectIdentity, kebabCase } from '../identity.js'
import { forAll } from '../law.js'
import { type Round, stories } from './story.js'
import { liveAlone, type Rule } from './subject.js'

// Float32 rounding of up to a dozen factors.
const roundingError = 1e-5

/** The drafter speaks this version of the contract and has a kebab-case name. */
export const identity: Rule = async ({ create }) => {
  using drafter = await create()
  expectIdentity(drafter)
}

/** A draft has at most `maxTokens` tokens. */
export const budget: Rule = (subject) =>
  forAll(subject, stories, async (story) => {
    for (const { limits, draft } of await liveAlone(subject, story))
      expect(draft.tokens.length).toBeLessThanOrEqual(limits.maxTokens)
  })

/** A draft ends before the product of its probabilities falls below `minProbability`. */
export const threshold: Rule = (subject) =>
  forAll(subject, stories, async (story) => {
    for (const { limits, draft } of await liveAlone(subject, story)) {
      const product = Array.from(draft.probabilities ?? []).reduce((left, right) => left * right, 1)
      expect(product).toBeGreaterThanOrEqual((limits.minProbability ?? 0) * (1 - roundingError))
    }
  })

/** Tokens are an Int32Array of ids, probabilities a Float32Array of the same length in [0, 1], its maker kebab-case. */
export const shape: Rule = (subject) =>
  forAll(subject, stories, async (story) => {
    const drafts = (await liveAlone(subject, story)).map(({ draft }) => draft)
    expect(drafts.filter((draft) => !isWellShaped(draft))).toEqual([])
  })

/**
 * The generated cases say something about this drafter: in at least 30 % of them it drafts, and in at least 10 % a
 * draft is partly rejected.
 */
export const coverage: Rule = async (subject) => {
  const cases: (readonly Round[])[] = []
  for (const story of fc.sample(stories, 2 * subject.numRuns)) cases.push(await liveAlone(subject, story))
  const share = (holds: (round: Round) => boolean) => cases.filter((rounds) => rounds.some(holds)).length / cases.length
  expect(
    share(({ draft }) => draft.tokens.length > 0),
    'share of cases with a draft',
  ).toBeGreaterThanOrEqual(0.3)
  expect(
    share(({ draft, accepted }) => accepted > 0 && accepted < draft.tokens.length),
    'share of cases with a partly rejected draft',
  ).toBeGreaterThanOrEqual(0.1)
}

function isWellShaped({ tokens, probabilities, drafter }: Draft): boolean {
  const areTokens = tokens instanceof Int32Array && tokens.every((token) => token >= 0)
  const areProbabilities =
    probabilities === undefined ||
    (probabilities instanceof Float32Array &&
      probabilities.length === tokens.length &&
      probabilities.every((probability) => probability >= 0 && probability <= 1))
  return areTokens && areProbabilities && kebabCase.test(drafter)
}
