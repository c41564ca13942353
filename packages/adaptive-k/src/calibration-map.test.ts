import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { randomNumbers } from '../test/random-numbers.js'
import { CalibrationMap } from './calibration-map.js'

const grid = Array.from({ length: 99 }, (_, index) => (index + 1) / 100)

/** A map that has heard `labels` times what a drafter says where the truth is uniform. */
function taught(labels: number, says: (truth: number) => number, seed: number): CalibrationMap {
  const map = new CalibrationMap()
  const random = randomNumbers(seed)
  for (let index = 0; index < labels; index++) {
    const truth = random()
    map.learn(says(truth), random() < truth)
  }
  return map
}

/** The largest distance from the truth. */
function worstError(map: CalibrationMap, says: (truth: number) => number): number {
  return Math.max(...grid.map((truth) => Math.abs(map.apply(says(truth)) - truth)))
}

const seeds = Array.from({ length: 20 }, (_, index) => index + 1)

test.each<[string, (truth: number) => number]>([
  ['is calibrated', (truth) => truth],
  ['squares', (truth) => truth ** 2],
  ['takes roots', (truth) => Math.sqrt(truth)],
])('10,000 labels of a drafter that %s bring it within 0.02 of the truth', (_, says) => {
  for (const seed of seeds) expect(worstError(taught(10_000, says, seed), says)).toBeLessThan(0.02)
})

test('the first 200 labels change nothing', () => {
  const map = taught(199, (truth) => truth ** 2, 1)
  expect(grid.map((said) => map.apply(said))).toEqual(grid)
})

test('a drafter that says 0.9 and is always wrong is seen through', () => {
  const map = new CalibrationMap()
  for (let index = 0; index < 400; index++) map.learn(0.9, false)
  expect(map.apply(0.9)).toBeLessThan(0.05)
  for (let index = 0; index < 2000; index++) map.learn(0.9, true)
  expect(map.apply(0.9)).toBeGreaterThan(0.7)
})

describe('whatever it has heard', () => {
  const heard = fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.boolean()), { minLength: 1 })

  test('it is monotone, stays in [0, 1] and can be inverted', () =>
    fc.assert(
      fc.property(heard, (labels) => {
        const map = new CalibrationMap()
        for (let round = 0; round < 400 / labels.length; round++)
          for (const [said, accepted] of labels) map.learn(said, accepted)
        const mapped = [0, ...grid, 1].map((said) => map.apply(said))
        expect(mapped).toEqual(mapped.toSorted((left, right) => left - right))
        expect([mapped[0], mapped.at(-1)]).toEqual([0, 1])
        for (const probability of grid) {
          const said = map.invert(probability)
          // Where the map is nearly vertical the inverse runs out of digits.
          if (said > 1e-6 && said < 1 - 1e-6) expect(map.apply(said)).toBeCloseTo(probability, 4)
        }
      }),
    ))
})
