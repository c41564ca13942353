import type { Draft } from '@foretoken/contract'
import { describe, expect, test } from 'vitest'
import { bestCut } from './best-cut.js'
import { costCurve } from './cost-curve.js'
import { goodputPolicy } from './goodput-policy.js'
import { splitCosts } from './split-costs.js'

/** Memory-bound: a batch of 64 takes hardly longer than one of a single token. */
const curve = costCurve([
  { width: 1, seconds: 1 },
  { width: 65, seconds: 1.2 },
])
const draft: Draft = { tokens: new Int32Array(4), probabilities: new Float32Array(4).fill(0.95), drafter: 'sure' }

describe('what a split batch takes', () => {
  test('is the shared part and the rest behind it', () => {
    const split = splitCosts(curve, 7)
    expect(split.seconds(1)).toBe(curve.seconds(1))
    expect(split.seconds(8)).toBe(curve.seconds(8))
    expect(split.seconds(9)).toBe(curve.seconds(8) + curve.seconds(1))
    expect(split.worstSeconds(12)).toBe(curve.worstSeconds(8) + curve.worstSeconds(4))
  })

  test('makes a draft that one sequence alone has too dear for all of them', () => {
    const probabilities = draft.probabilities ?? []
    expect(bestCut(probabilities, { curve, batchWidth: 63 }).tokens).toBe(4)
    expect(bestCut(probabilities, { curve: splitCosts(curve, 63), batchWidth: 63 }).tokens).toBe(0)
    expect(bestCut(probabilities, { curve: splitCosts(curve, 1), batchWidth: 1 }).tokens).toBe(4)
  })
})

/** What the policy sends in later steps, having been told that a draft took the whole batch with it, or not. */
function sentAfter(microBatches: number | undefined): number {
  const session = goodputPolicy(curve, { lossTokens: 1e6 }).open()
  session.limits({ depth: 100, batchWidth: 63 })
  const sent = session.cut(draft)
  expect(sent).toBe(4)
  const shared = { width: 5, batchWidth: 63, ...(microBatches !== undefined && { microBatches }) }
  session.observe({ draft, sent, accepted: 4, draftMs: 0, verifyMs: 1200, ...shared, depth: 100 })
  session.limits({ depth: 105, batchWidth: 63 })
  return session.cut(draft)
}

describe('a goodput policy', () => {
  test('drafts no more in a batch that is split', () => expect(sentAfter(2)).toBe(0))
  test.each([1, undefined])('goes on in one that is not (%s)', (microBatches) =>
    expect(sentAfter(microBatches)).toBe(4),
  )

  test('drafts again where it is alone', () => {
    const session = goodputPolicy(curve, { lossTokens: 1e6 }).open()
    const told = { draft, accepted: 4, draftMs: 0, verifyMs: 1200, depth: 100 }
    session.limits({ depth: 100, batchWidth: 63 })
    session.observe({ ...told, sent: 4, width: 5, batchWidth: 63, microBatches: 2 })
    session.limits({ depth: 105, batchWidth: 0 })
    expect(session.cut(draft)).toBe(4)
  })
})
