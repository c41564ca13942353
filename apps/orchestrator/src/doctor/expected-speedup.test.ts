import { costCurve } from '@foretoken/adaptive-k'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bestLength, breakEvenAcceptance, expectedSpeedup, replayedSpeedup } from './expected-speedup.js'

/** Steps that cost the same at every width: reading the weights is all. */
const flat = costCurve([
  { width: 1, seconds: 0.1 },
  { width: 33, seconds: 0.1 },
])
/** Each token costs as much as the first, as in a cache. */
const steep = costCurve(Array.from({ length: 17 }, (_, index) => ({ width: index + 1, seconds: 0.01 * (index + 1) })))

describe('expected speed-up', () => {
  test('is the tokens of a step where drafts and width are free', () => {
    expect(expectedSpeedup(flat, { drafter: 'lookup', draftTokens: 4 }, [1, 1, 1, 1, 1])).toBeCloseTo(5)
    expect(expectedSpeedup(flat, { drafter: 'lookup', draftTokens: 4 }, [1, 0.5])).toBeCloseTo(1.5)
  })

  test('counts what the draft model takes', () => {
    const costs = costCurve(
      [
        { width: 1, seconds: 0.1 },
        { width: 33, seconds: 0.1 },
      ],
      { draftSeconds: { model: 0.025 } },
    )
    // Two steps' worth of drafting for five tokens.
    expect(expectedSpeedup(costs, { drafter: 'model', draftTokens: 4 }, [1, 1, 1, 1, 1])).toBeCloseTo(2.5)
  })

  test('counts the way back of models that keep a state', () => {
    const replay = [
      { width: 1, seconds: 0.1 },
      { width: 9, seconds: 0.1 },
    ]
    const costs = costCurve(
      [
        { width: 1, seconds: 0.1 },
        { width: 9, seconds: 0.1 },
      ],
      { replay },
    )
    expect(expectedSpeedup(costs, { drafter: 'lookup', draftTokens: 2 }, [1, 1, 1])).toBeCloseTo(3)
    expect(expectedSpeedup(costs, { drafter: 'lookup', draftTokens: 2 }, [1])).toBeCloseTo(0.5)
  })

  test('of steps that were played: where nothing was drafted, a step costs what it costs', () => {
    const costs = costCurve([
      { width: 1, seconds: 0.1 },
      { width: 5, seconds: 0.2 },
    ])
    const steps = [
      { drafted: 4, accepted: 4 },
      { drafted: 0, accepted: 0 },
    ]
    expect(replayedSpeedup(costs, { drafter: 'lookup', steps }, 4)).toBeCloseTo(6 / 3)
    expect(replayedSpeedup(costs, { drafter: 'lookup', steps: [] }, 4)).toBe(1)
  })

  test('takes the best length', () => {
    const steps = [
      { drafted: 8, accepted: 2 },
      { drafted: 8, accepted: 3 },
    ]
    const costs = costCurve([
      { width: 1, seconds: 0.1 },
      { width: 17, seconds: 0.5 },
    ])
    const { draftTokens, speedup } = bestLength(costs, { drafter: 'lookup', steps }, [1, 2, 4, 8])
    expect(draftTokens).toBe(2)
    expect(speedup).toBeCloseTo(replayedSpeedup(costs, { drafter: 'lookup', steps }, 2))
  })
})

describe('break-even acceptance', () => {
  const rates = fc.double({ min: 0.001, max: 0.2, noNaN: true })
  const lengths = fc.integer({ min: 1, max: 16 })

  test('is where the expected speed-up is 1, and there is none where right drafts do not pay', () =>
    fc.assert(
      fc.property(rates, rates, lengths, (slope, draftSeconds, draftTokens) => {
        const points = [1, 5, 17].map((width) => ({ width, seconds: 0.1 + slope * (width - 1) }))
        const costs = costCurve(points, { draftSeconds: { model: draftSeconds } })
        const length = { drafter: 'model', draftTokens }
        const even = (rate: number) =>
          expectedSpeedup(
            costs,
            length,
            Array.from({ length: draftTokens + 1 }, (_, index) => rate ** index),
          )
        const rate = breakEvenAcceptance(costs, length)
        if (rate === undefined) expect(even(1)).toBeLessThan(1)
        else {
          expect(even(rate)).toBeGreaterThanOrEqual(1)
          expect(even(rate - 1e-5)).toBeLessThan(1 + 1e-9)
        }
      }),
    ))

  test('is none where each token costs as much as the first', () => {
    expect(breakEvenAcceptance(flat, { drafter: 'lookup', draftTokens: 8 })).toBeLessThan(0.01)
    const length = { drafter: 'model', draftTokens: 4 }
    const costs = { ...replayless(steep), draftSeconds: (_: string, tokens: number) => 0.001 * tokens }
    expect(breakEvenAcceptance(costs, length)).toBeUndefined()
  })
})

function replayless({ seconds }: typeof steep) {
  return { seconds: (width: number) => seconds.call(steep, width), replaySeconds: () => 0 }
}
