import { expect } from 'vitest'
import { expectIdentity } from '../identity.js'
import { forAll } from '../law.js'
import { type Decision, decisionsOf, occasions, play } from './play.js'
import type { Rule } from './subject.js'

/** The policy speaks this version of the contract and has a kebab-case name. */
export const identity: Rule = async ({ create }) => expectIdentity(create())

/** `maxTokens` is an integer from 0 to the longest draft that the policy says it asks for, `minProbability` in [0, 1]. */
export const range: Rule = ({ create, maxTokens, numRuns }) =>
  forAll({ numRuns }, occasions, async (steps) => {
    const outside = play(create().open(), steps).filter(
      ({ limits }) =>
        !(isIntegerUpTo(limits.maxTokens, maxTokens) && limits.minProbability >= 0 && limits.minProbability <= 1),
    )
    expect(outside).toEqual([])
  })

/** A cut is an integer from 0 to the draft's length, also when the draft is longer than was asked for. */
export const cut: Rule = ({ create, numRuns }) =>
  forAll({ numRuns }, occasions, async (steps) => {
    const session = create().open()
    const cuts = [
      ...play(session, steps),
      ...steps.map(({ offered }) => ({ draft: offered, cut: session.cut(offered) })),
    ]
    expect(cuts.filter(({ draft, cut }) => !isIntegerUpTo(cut, draft.tokens.length))).toEqual([])
  })

/** What other sessions of the policy observe, before and at the same time, changes nothing. */
export const isolation: Rule = ({ create, numRuns }) =>
  forAll({ numRuns }, occasions, occasions, async (steps, others) => {
    const policy = create()
    const alone = choices(play(policy.open(), steps))
    const neighbour = decisionsOf(policy.open(), others)
    const crowded: Decision[] = []
    for (const decision of decisionsOf(policy.open(), steps)) {
      crowded.push(decision)
      neighbour.next()
    }
    expect(choices(crowded)).toEqual(alone)
  })

/** Equal observations lead to equal decisions. */
export const determinism: Rule = ({ create, numRuns }) =>
  forAll({ numRuns }, occasions, async (steps) => {
    expect(choices(play(create().open(), steps))).toEqual(choices(play(create().open(), steps)))
  })

/** What the policy chose itself. */
function choices(decisions: readonly Decision[]): readonly Omit<Decision, 'draft'>[] {
  return decisions.map(({ limits, cut }) => ({ limits, cut }))
}

function isIntegerUpTo(value: number, max: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= max
}
