import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { jaggedCurve } from '../test/jagged-curve.js'
import { bestCut, breakEven } from './best-cut.js'
import { costCurve } from './index.js'

const longest = 12
const jagged = jaggedCurve(longest + 9)
const chances = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: longest })
const batchWidth = fc.nat({ max: 8 })
const seconds = fc.double({ min: 0, max: 1, noNaN: true })

/** Goodput of one cut, by the probability of each outcome. */
function goodputOf(tokens: number, probabilities: readonly number[], costs: Parameters<typeof bestCut>[1]): number {
  const { curve, batchWidth, draftSeconds = 0, secondsPerToken = 0 } = costs
  let committed = batchWidth
  let time = draftSeconds + tokens * secondsPerToken + curve.seconds(batchWidth + tokens + 1)
  for (let accepted = 0; accepted <= tokens; accepted++) {
    const reached = probabilities.slice(0, accepted).reduce((left, right) => left * right, 1)
    const chance = accepted === tokens ? reached : reached * (1 - (probabilities[accepted] ?? 0))
    committed += chance * (accepted + 1)
    if (accepted < tokens) time += chance * curve.replaySeconds(accepted + 1)
  }
  return committed / time
}

const goodputs = (probabilities: readonly number[], costs: Parameters<typeof bestCut>[1]) =>
  Array.from({ length: probabilities.length + 1 }, (_, tokens) => goodputOf(tokens, probabilities, costs))

describe('the best cut', () => {
  test('is that of brute force, with replays, drafting and other sequences', () =>
    fc.assert(
      fc.property(jagged, chances, batchWidth, seconds, seconds, (curve, probabilities, width, draft, perToken) => {
        const costs = { curve, batchWidth: width, draftSeconds: draft, secondsPerToken: perToken }
        const all = goodputs(probabilities, costs)
        const { tokens, goodput } = bestCut(probabilities, costs)
        expect(goodput).toBeCloseTo(Math.max(...all), 9)
        expect(all[tokens]).toBeCloseTo(goodput, 9)
      }),
    ))

  test('never lasts longer than it may', () =>
    fc.assert(
      fc.property(jagged, chances, batchWidth, seconds, (curve, probabilities, width, mostExtraSeconds) => {
        const { tokens } = bestCut(probabilities, { curve, batchWidth: width, mostExtraSeconds })
        if (tokens === 0) return
        const lasts = curve.seconds(width + tokens + 1) + curve.replaySeconds(1)
        expect(lasts - curve.seconds(width + 1)).toBeLessThanOrEqual(mostExtraSeconds + 1e-9)
      }),
    ))

  test('gets shorter as the batch fills, where wide batches are dear', () => {
    // Memory-bound up to 16 tokens, compute-bound beyond.
    const curve = costCurve([
      { width: 1, seconds: 1 },
      { width: 16, seconds: 1.2 },
      { width: 64, seconds: 4.8 },
    ])
    const probabilities = new Float64Array(16).fill(0.8)
    const cuts = [0, 4, 8, 16, 32].map((batchWidth) => bestCut(probabilities, { curve, batchWidth }).tokens)
    expect(cuts).toEqual(cuts.toSorted((left, right) => right - left))
    expect(cuts[0]).toBeGreaterThan(8)
    expect(cuts.at(-1)).toBeLessThan(4)
  })
})

test('no best cut has a token below the break-even', () =>
  fc.assert(
    fc.property(jagged, chances, batchWidth, (curve, probabilities, width) => {
      const costs = { curve, batchWidth: width }
      const { tokens } = bestCut(probabilities, costs)
      const reached = probabilities.slice(0, tokens).reduce((left, right) => left * right, 1)
      expect(reached).toBeGreaterThanOrEqual(breakEven(longest, costs) - 1e-9)
    }),
    { numRuns: 500 },
  ))

test('on a straight line the break-even is the slope', () => {
  const curve = costCurve([
    { width: 1, seconds: 1 },
    { width: 11, seconds: 2 },
  ])
  expect(breakEven(32, { curve, batchWidth: 0 })).toBeCloseTo(0.1, 9)
  expect(breakEven(32, { curve, batchWidth: 0, secondsPerToken: 0.2 })).toBeCloseTo(0.3, 9)
})
