import * as fc from 'fast-check'
import { type CostCurve, costCurve } from '../src/index.js'

/** Arbitrary doubles are mostly next to `min` or to a power of two. */
const range = (min: number, max: number) => fc.nat({ max: 1000 }).map((share) => min + ((max - min) * share) / 1000)

/** Curves for batches of up to `widest` tokens: without any order in their seconds, or lines with jags; some with replays. */
export function jaggedCurve(widest: number): fc.Arbitrary<CostCurve> {
  const shape = (least: number, most: number, slope: number) =>
    fc.array(range(least, most), { minLength: widest, maxLength: widest }).map((list) =>
      // Each a little dearer than the one before, but for the jags.
      list.map((seconds, index) => ({ width: index + 1, seconds: seconds + slope * index })),
    )
  const points = fc.oneof(shape(0.5, 4, 0), shape(1, 1.05, 0.1), shape(1, 1.2, 0.3))
  const replay = fc.option(range(0.1, 2), { nil: undefined })
  return fc.tuple(points, replay).map(([given, first]) => costCurve(given, first === undefined ? {} : replays(first)))
}

function replays(first: number) {
  return {
    replay: [
      { width: 1, seconds: first },
      { width: 9, seconds: 2 * first },
    ],
  }
}
