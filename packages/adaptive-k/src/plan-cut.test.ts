import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { worthOf } from '../test/brute-force-plan.js'
import { jaggedCurve } from '../test/jagged-curve.js'
import { bestCut, breakEven } from './best-cut.js'
import { costCurve } from './index.js'
import { longestUseful, OFF_PATH, type PlanCosts, planCut } from './plan-cut.js'

const longest = 7
// Arbitrary doubles are mostly next to 0 or to a power of two.
const percent = fc.integer({ min: 0, max: 100 }).map((one) => one / 100)
const chances = fc.array(percent, { maxLength: longest, size: 'max' })
const situations = fc.record({
  curve: jaggedCurve(longest + 7),
  batchWidth: fc.nat({ max: 6 }),
  rate: percent.map((one) => 1 + 3 * one),
  secondsPerToken: percent.map((one) => one / 2),
})

type Planner = (probabilities: readonly number[], costs: PlanCosts) => number

/** No other cut is worth more, later choices being the best ones. */
function planLaw(planner: Planner): void | Promise<void> {
  return fc.assert(
    fc.property(chances, situations, (probabilities, costs) => {
      const all = [...probabilities, 0].map((_, cut) => worthOf(probabilities, cut, costs, OFF_PATH))
      const most = Math.max(...all)
      expect(all[planner(probabilities, costs)]).toBeCloseTo(most, 9)
    }),
    { numRuns: 1500 },
  )
}

describe('the planned cut', () => {
  test('is that of brute force on jagged costs, with replays, drafting and other sequences', () => planLaw(planCut))

  test.each<[string, Planner]>([
    ['looks at this step only', (probabilities, costs) => bestCut(probabilities, costs).tokens],
    ['forgets what a second is worth', (probabilities, costs) => planCut(probabilities, { ...costs, rate: 1 })],
    ['takes drafting for free', (probabilities, costs) => planCut(probabilities, { ...costs, secondsPerToken: 0 })],
    ['forgets the other sequences', (probabilities, costs) => planCut(probabilities, { ...costs, batchWidth: 0 })],
  ])('a planner that %s is caught', (_, planner) => {
    expect(() => planLaw(planner)).toThrow('Property failed')
  })

  test('never lasts longer than it may', () =>
    fc.assert(
      fc.property(chances, situations, fc.double({ min: 0, max: 2, noNaN: true }), (probabilities, costs, most) => {
        const { curve, batchWidth } = costs
        const cut = planCut(probabilities, { ...costs, mostExtraSeconds: most })
        const seconds = curve.seconds(batchWidth + cut + 1) + curve.replaySeconds(1)
        if (cut > 0) expect(seconds - curve.seconds(batchWidth + 1)).toBeLessThanOrEqual(most + 1e-9)
      }),
    ))

  test('ends before a doubtful token although this step alone would go on', () => {
    const curve = costCurve([
      { width: 1, seconds: 1 },
      { width: 11, seconds: 2 },
    ])
    const probabilities = [0.95, 0.95, 0.35, 0.95, 0.95, 0.95, 0.95, 0.95]
    expect(bestCut(probabilities, { curve, batchWidth: 0 }).tokens).toBe(7)
    expect(planCut(probabilities, { curve, batchWidth: 0, rate: 1.5 })).toBe(2)
  })
})

test('no step by itself pays with more tokens than are useful, nor with a token below the break-even', () =>
  fc.assert(
    fc.property(chances, situations, (probabilities, costs) => {
      // Drafts of one token have nothing behind them to plan for.
      const [first = 0] = probabilities
      const cut = planCut([first], { ...costs, rate: 1 })
      expect(cut).toBeLessThanOrEqual(longestUseful(1, { ...costs, secondsPerToken: 0 }))
      if (cut > 0) expect(first).toBeGreaterThanOrEqual(breakEven(1, { ...costs, secondsPerToken: 0 }) - 1e-9)
      const certain = [...probabilities, 1].map((_, tokens) => {
        const seconds = costs.curve.seconds(costs.batchWidth + tokens + 1) - costs.curve.seconds(costs.batchWidth + 1)
        const perStep = (costs.batchWidth + 1) / costs.curve.seconds(costs.batchWidth + 1)
        return tokens - perStep * (seconds + tokens * costs.secondsPerToken)
      })
      expect(certain[longestUseful(probabilities.length, costs)]).toBeCloseTo(Math.max(...certain), 9)
    }),
  ))

/** Up to some width the memory is the bound, beyond it the processor: the dearest of lines that start at or above 0. */
const roofs = fc
  .array(
    fc.record({ floor: fc.double({ min: 0, max: 2, noNaN: true }), slope: fc.double({ min: 0, max: 1, noNaN: true }) }),
    {
      minLength: 1,
      maxLength: 3,
    },
  )
  .map((lines) =>
    costCurve(
      Array.from({ length: 80 }, (_, index) => ({
        width: index + 1,
        seconds: Math.max(0.01, ...lines.map(({ floor, slope }) => floor + slope * (index + 1))),
      })),
    ),
  )

test('the fuller the batch the less is verified', () =>
  fc.assert(
    fc.property(
      roofs,
      fc.double({ min: 0.2, max: 0.999, noNaN: true }),
      fc.double({ min: 1, max: 3, noNaN: true }),
      (curve, said, rate) => {
        const probabilities = new Float64Array(12).fill(said)
        const cuts = [0, 2, 4, 8, 16, 32, 64].map((batchWidth) => planCut(probabilities, { curve, batchWidth, rate }))
        expect(cuts).toEqual(cuts.toSorted((left, right) => right - left))
      },
    ),
    { numRuns: 300 },
  ))
