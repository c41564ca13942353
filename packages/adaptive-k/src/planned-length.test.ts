import type { Draft, LengthSession } from '@foretoken/contract'
import { testLengthPolicy } from '@foretoken/contract/conformance'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { alone } from '../test/alone.js'
import { worthOf } from '../test/brute-force-plan.js'
import { jaggedCurve } from '../test/jagged-curve.js'
import { costCurve, plannedLength } from './index.js'
import { OFF_PATH } from './plan-cut.js'

const straight = costCurve([
  { width: 1, seconds: 1 },
  { width: 11, seconds: 2 },
])

testLengthPolicy({
  create: () => alone(() => plannedLength(straight)),
  maxTokens: 64,
  // It takes a drafter's probabilities at their word, also those of a hostile one.
  knownGaps: ['profit'],
})

const chance = fc.integer({ min: 0, max: 100 }).map((one) => one / 100)
const drafts = fc.array(chance, { maxLength: 6, size: 'max' })

/** One round of the loop, in which the first `agreeing` tokens are right; what was verified. */
function step(session: LengthSession, probabilities: readonly number[], agreeing: number): number {
  const draft: Draft = {
    tokens: new Int32Array(probabilities.length),
    probabilities: Float32Array.from(probabilities),
    drafter: 'said',
  }
  const asked = session.limits({ depth: 9, batchWidth: 0 })
  const sent = asked.maxTokens === 0 ? 0 : session.cut(draft)
  const accepted = Math.min(sent, agreeing)
  session.observe({ draft, sent, accepted, draftMs: 0, verifyMs: 0, width: sent + 1, batchWidth: 0, depth: 9 })
  return sent
}

test('verifies what brute force finds best, at the rate of the steps before, whichever sessions they were of', () =>
  fc.assert(
    fc.property(jaggedCurve(9), fc.array(fc.tuple(drafts, fc.nat({ max: 6 }))), drafts, (curve, before, said) => {
      const policy = plannedLength(curve)
      let [tokens, steps] = [24, 20]
      for (const [probabilities, agreeing] of before) {
        const sent = step(policy.open(), probabilities, agreeing)
        const accepted = Math.min(sent, agreeing)
        const replayed = accepted < sent ? curve.replaySeconds(accepted + 1) : 0
        tokens = 0.99 * tokens + accepted + 1
        steps = 0.99 * steps + (curve.seconds(sent + 1) + replayed) / curve.seconds(1)
      }
      const costs = { curve, batchWidth: 0, rate: Math.max(1, tokens / steps) }
      const rounded = Array.from(Float32Array.from(said))
      const all = [...said, 0].map((_, cut) => worthOf(rounded, cut, costs, OFF_PATH))
      expect(all[step(policy.open(), said, 0)]).toBeCloseTo(Math.max(...all), 9)
    }),
    { numRuns: 300 },
  ))

test('asks for drafts down to half the break-even, and for none where none can pay', () => {
  const { maxTokens, minProbability } = plannedLength(straight).open().limits({ depth: 1, batchWidth: 0 })
  expect(maxTokens).toBe(64)
  expect(minProbability).toBeCloseTo(0.05, 12)
  const dear = costCurve([
    { width: 1, seconds: 1 },
    { width: 2, seconds: 2 },
  ])
  expect(plannedLength(dear).open().limits({ depth: 1, batchWidth: 0 }).maxTokens).toBe(0)
})

test('verifies drafts without probabilities whole', () => {
  expect(
    plannedLength(straight)
      .open()
      .cut({ tokens: new Int32Array(7), drafter: 'lookup' }),
  ).toBe(7)
})

test('rejects a length out of range', () => {
  expect(() => plannedLength(straight, { maxTokens: 257 })).toThrow('maxTokens must be an integer from 1 to 256')
})
