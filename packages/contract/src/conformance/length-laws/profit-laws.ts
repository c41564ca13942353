import * as fc from 'fast-check'
import { expect } from 'vitest'
import { forAll } from '../law.js'
import { type Decision, type Occasion, offer, play } from './play.js'
import type { Rule } from './subject.js'

// Long enough for a policy to see through a drafter that says 0.9 and is always wrong.
const hostileSteps = 2_000
const perfectSteps = 1_000

/** When everything drafted is rejected, at most a quarter of the late steps still verify a draft. */
export const profit: Rule = async ({ create }) => {
  for (const said of [undefined, [0.9]]) {
    const decisions = play(create().open(), constantly(hostileSteps, 0, said))
    expect(verifiedShare(decisions.slice(hostileSteps / 2))).toBeLessThanOrEqual(1 / 4)
  }
}

/** When everything is accepted again after that, at least half of the late steps verify a draft. */
export const recovery: Rule = async ({ create }) => {
  for (const said of [undefined, [0.9]]) {
    const steps = [...constantly(hostileSteps, 0, said), ...constantly(perfectSteps, Number.POSITIVE_INFINITY, said)]
    expect(verifiedShare(play(create().open(), steps).slice(-perfectSteps / 10))).toBeGreaterThanOrEqual(1 / 2)
  }
}

// Probabilities are Float32, and of two cuts that are equally good either will do.
const roundingError = 1e-6

const longestDraft = 16
const costs = fc.array(fc.double({ min: 0.5, max: 4, noNaN: true }), {
  minLength: longestDraft + 2,
  maxLength: longestDraft + 2,
})
const chances = fc.array(fc.float({ min: 0, max: 1, noNaN: true }), { maxLength: longestDraft })

/** Given true probabilities, no other cut commits more tokens per second, however jagged the cost curve. */
export const optimal: Rule = ({ createFor, numRuns }) =>
  forAll({ numRuns: 4 * numRuns }, costs, chances, async (seconds, probabilities) => {
    const session = createFor?.(Float64Array.from(seconds)).open()
    if (session === undefined) throw new Error('this law needs createFor')
    const draft = offer(probabilities.length, probabilities)
    session.limits({ depth: 100, batchWidth: 0 })
    const goodputs = goodputByCut(draft.probabilities ?? [], seconds)
    expect(goodputs[session.cut(draft)]).toBeGreaterThanOrEqual(Math.max(...goodputs) * (1 - roundingError))
  })

/** Expected committed tokens per second when the first 0, 1, 2, … tokens are verified. */
function goodputByCut(probabilities: ArrayLike<number>, costSeconds: readonly number[]): readonly number[] {
  let reached = 1
  let expectedTokens = 1
  const goodputs = [expectedTokens / (costSeconds[1] ?? 0)]
  for (const [index, probability] of Array.from(probabilities).entries()) {
    reached *= probability
    expectedTokens += reached
    goodputs.push(expectedTokens / (costSeconds[index + 2] ?? 0))
  }
  return goodputs
}

/** The same step over and over; a wider batch costs more. */
function constantly(count: number, agreeing: number, probabilities?: readonly number[]): readonly Occasion[] {
  const offered = offer(32, probabilities)
  return Array<Occasion>(count).fill({ offered, agreeing, draftMs: 1, verifyMs: 20, batchWidth: 0 })
}

function verifiedShare(decisions: readonly Decision[]): number {
  return decisions.filter(({ cut }) => cut > 0).length / decisions.length
}
