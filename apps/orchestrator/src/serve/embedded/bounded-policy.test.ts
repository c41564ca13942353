import { costCurve, fixedLength, windowedLength } from '@foretoken/adaptive-k'
import { testLengthPolicy } from '@foretoken/contract/conformance'
import { expect, test } from 'vitest'
import { boundedPolicy } from './bounded-policy.js'

const widths = [1, 2, 4, 8, 16, 32, 64, 128]
/** A token more costs nothing, and a step a millisecond: asking sixteen drafters is dear. */
const quick = costCurve(widths.map((width) => ({ width, seconds: 0.001 })))
const slow = costCurve(widths.map((width) => ({ width, seconds: 1 })))

testLengthPolicy({
  create: () => boundedPolicy(windowedLength(), { maxTokens: 4, texts: () => 3, curve: slow }),
  maxTokens: 4,
})

/** In how many of 64 steps a drafter is asked that promises `probability`. */
function asked(probability: number, curve = quick): number {
  const session = boundedPolicy(fixedLength(8), { maxTokens: 8, texts: () => 16, curve }).open()
  let count = 0
  for (let step = 0; step < 64; step++) {
    const { maxTokens } = session.limits({ depth: step, batchWidth: 15 })
    if (maxTokens === 0) continue
    count++
    const tokens = new Int32Array(maxTokens)
    session.cut({ tokens, probabilities: new Float32Array(maxTokens).fill(probability), drafter: 'a' })
  }
  return count
}

test('drafters that promise nothing are asked less and less where asking is dear', () => {
  expect(asked(0.9)).toBe(64)
  expect(asked(0.01)).toBeLessThan(10)
  expect(asked(0.01, slow)).toBe(64)
})
