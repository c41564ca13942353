import * as fc from 'fast-check'
import { expect } from 'vitest'
import type { Verdict } from '../../target.js'
import { expectIdentity } from '../identity.js'
import { forAll } from '../law.js'
import type { Rule } from './subject.js'
import { draftPlans, expectSameText, knownTokens, planned, say, type Witness } from './text.js'

/** The target speaks this version of the contract. */
export const identity: Rule = async ({ create }) => {
  await using target = await create()
  expectIdentity(target)
}

/**
 * The same tokens and the same end, whatever is drafted. Unless `rollback` is `none`, at least 30 % of the steps try a
 * draft and at least 10 % reject some of it.
 */
export const text: Rule = async ({ create, numRuns, plainTexts }) => {
  const texts = await plainTexts()
  await using target = await create()
  const verdicts: Verdict[] = []
  const witness: Witness = ({ verdict }) => verdicts.push(verdict)
  await forAll({ numRuns: 2 * numRuns, shrinks: false }, fc.constantFrom(...texts), draftPlans, (plain, plans) =>
    expectSameText(target, plain, { drafting: planned(plans, knownTokens(texts)), witness }),
  )
  if (target.rollback === 'none') return
  const share = (holds: (verdict: Verdict) => boolean) => verdicts.filter(holds).length / verdicts.length
  expect(
    share(({ width }) => width > 1),
    'share of steps that try a draft',
  ).toBeGreaterThanOrEqual(0.3)
  expect(
    share(({ width, accepted }) => accepted < width - 1),
    'share of steps that reject',
  ).toBeGreaterThanOrEqual(0.1)
}

/** `width` is what was tried and the pending token, at least what was accepted; `depth` grows by what was committed. */
export const verdict: Rule = async ({ create, numRuns, plainTexts }) => {
  const texts = await plainTexts()
  await using target = await create()
  const witness: Witness = ({ draft, verdict, depthBefore, session }) => {
    expect(verdict.width).toBeGreaterThanOrEqual(verdict.accepted + 1)
    expect(verdict.width).toBeLessThanOrEqual(draft.length + 1)
    expect(session.depth).toBe(depthBefore + verdict.accepted + 1)
    expect(session.depth).toBeLessThanOrEqual(session.contextTokens)
    expect(verdict.verifyMs).toBeGreaterThanOrEqual(0)
    expect(verdict.topGap ?? 0).toBeGreaterThanOrEqual(0)
  }
  await forAll({ numRuns, shrinks: false }, fc.constantFrom(...texts), draftPlans, async (plain, plans) => {
    await using session = await target.open(plain.prompt)
    expect(session.depth).toBe(plain.prompt.length)
    await say(session, plain, { drafting: planned(plans, knownTokens(texts)), witness })
  })
}

/** What is tried of a true draft is accepted, and unless `rollback` is `none` something is tried. */
export const acceptance: Rule = async ({ create, plainTexts }) => {
  const texts = await plainTexts()
  await using target = await create()
  let acceptedTokens = 0
  const witness: Witness = ({ verdict }) => {
    expect(verdict.accepted).toBeGreaterThanOrEqual(verdict.width - 1)
    acceptedTokens += verdict.accepted
  }
  for (const plain of texts) {
    await using session = await target.open(plain.prompt)
    // The text's last token may be its end, which is never tried.
    await say(session, plain, { drafting: (rest) => Int32Array.from(rest.slice(0, -1).slice(0, 4)), witness })
  }
  if (target.rollback !== 'none') expect(acceptedTokens).toBeGreaterThan(0)
}
