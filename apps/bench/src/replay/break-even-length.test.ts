import type { Draft, LengthPolicy } from '@foretoken/contract'
import { testLengthPolicy } from '@foretoken/contract/conformance'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { breakEvenLength } from './break-even-length.js'
import { betaCost, curveCost, type StepCost } from './step-cost.js'

const probability = fc.double({ min: 0, max: 1, noNaN: true })
const drafts = fc.array(probability, { maxLength: 12 }).map(
  (list): Draft => ({
    tokens: new Int32Array(list.length),
    probabilities: Float32Array.from(list),
    drafter: 'certain',
  }),
)
const jagged = fc
  .array(fc.double({ min: 0.5, max: 4, noNaN: true }), { minLength: 14, maxLength: 14 })
  .map((costs) => curveCost(costs.map((seconds, index) => ({ width: index + 1, seconds }))))

/** Expected tokens per cost of verifying `length` tokens of the draft. */
function rate({ probabilities = new Float32Array() }: Draft, length: number, cost: StepCost): number {
  let [expected, reached] = [1, 1]
  for (const accepted of probabilities.subarray(0, length)) {
    reached *= accepted
    expected += reached
  }
  return expected / cost.seconds(length + 1)
}

/** What the policy would verify: the drafter stops at `minProbability`, then the draft is cut. */
function verified(policy: LengthPolicy, draft: Draft): number {
  const session = policy.open()
  const { minProbability } = session.limits({ depth: 1, batchWidth: 0 })
  let [length, reached] = [0, 1]
  for (const accepted of draft.probabilities ?? []) {
    reached *= accepted
    if (reached < minProbability) break
    length += 1
  }
  return session.cut({
    tokens: draft.tokens.subarray(0, length),
    ...(draft.probabilities && { probabilities: draft.probabilities.subarray(0, length) }),
    drafter: draft.drafter,
  })
}

describe('breakEvenLength', () => {
  // It takes a drafter's probabilities at their word, also those of a hostile one.
  testLengthPolicy({ create: () => breakEvenLength(betaCost(0.1)), knownGaps: ['profit'] })

  it('verifies what brute force finds best, on any cost curve', async () => {
    await fc.assert(
      fc.property(drafts, jagged, (draft, cost) => {
        const rates = [...draft.tokens, 0].map((_, length) => rate(draft, length, cost))
        expect(rate(draft, verified(breakEvenLength(cost), draft), cost)).toBeCloseTo(Math.max(...rates), 9)
      }),
      { numRuns: 500 },
    )
  })

  it('stops under the β model where the next token does not pay: P(k + 1) ≤ b (1 + S) / (1 + b k)', async () => {
    const beta = 0.1
    await fc.assert(
      fc.property(drafts, (draft) => {
        let [length, reached, sum] = [0, 1, 0]
        for (const accepted of draft.probabilities ?? []) {
          reached *= accepted
          if (reached <= (beta * (1 + sum)) / (1 + beta * length)) break
          sum += reached
          length += 1
        }
        expect(verified(breakEvenLength(betaCost(beta)), draft)).toBe(length)
      }),
    )
  })

  it('asks for drafts up to the break-even probability', () => {
    const { minProbability } = breakEvenLength(betaCost(0.3)).open().limits({ depth: 1, batchWidth: 0 })
    expect(minProbability).toBeCloseTo(0.3, 12)
  })

  it('verifies drafts without probabilities whole', () => {
    const session = breakEvenLength(betaCost(0.3)).open()
    expect(session.cut({ tokens: new Int32Array(7), drafter: 'lookup' })).toBe(7)
  })
})
