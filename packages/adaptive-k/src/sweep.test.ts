import { describe, expect, test } from 'vitest'
import { randomNumbers } from '../test/random-numbers.js'
import { type SweepMeasurement, sweepLength, sweepTemperature } from './index.js'

const trueRates = new Map([
  [0, 20],
  [4, 26],
  [8, 31],
  [12, 30],
  [16, 27],
  [24, 22],
  [32, 17],
])

/** The true rate with noise of 2 %, every tenth run held up, and a machine that slows down by a third. */
function noisy(seed: number): (value: number) => number {
  const random = randomNumbers(seed)
  let calls = 0
  return (value) => {
    const heldUp = random() < 0.1 ? 0.4 : 1
    const slower = 1 - Math.min(1, calls++ / 60) / 3
    return (trueRates.get(value) ?? 0) * (1 + 0.04 * (random() - 0.5)) * heldUp * slower
  }
}

const seeds = Array.from({ length: 40 }, (_, index) => index + 1)

describe('on a noisy machine', () => {
  test('the best length is found, or one within 5 % of it', async () => {
    const results = await Promise.all(seeds.map((seed) => sweepLength(noisy(seed))))
    for (const { best } of results) expect(trueRates.get(best)).toBeGreaterThanOrEqual(0.95 * 31)
    expect(results.filter(({ best }) => best === 8).length / seeds.length).toBeGreaterThan(0.6)
  })

  test('hopeless lengths are dropped early', async () => {
    for (const seed of seeds) {
      const measured: SweepMeasurement[] = []
      const { rows } = await sweepLength(noisy(seed), undefined, { onMeasure: (one) => measured.push(one) })
      expect(measured.length).toBe(rows.reduce((sum, { measurements }) => sum + measurements, 0))
      expect(rows.some(({ isDropped }) => isDropped)).toBe(true)
      expect(measured.length).toBeLessThan(9 * rows.length)
    }
  })
})

test('without noise three rounds are enough, and nothing is in doubt', async () => {
  const { best, confidence, rows } = await sweepLength((tokens) => 10 - Math.abs(tokens - 5), [1, 5, 9])
  expect({ best, confidence }).toEqual({ best: 5, confidence: 1 })
  expect(rows.map(({ measurements, median, spread }) => [measurements, median, spread])).toEqual([
    [3, 6, 0],
    [3, 10, 0],
    [3, 6, 0],
  ])
})

test('equal values leave the doubt that there is', async () => {
  const { confidence } = await sweepLength(() => 7, [4, 8])
  expect(confidence).toBe(0.5)
})

test('values are measured in turns, each round in another order', async () => {
  const order: number[] = []
  await sweepTemperature(() => 1, [0, 0.5, 0.7], { repetitions: 3, onMeasure: ({ value }) => order.push(value) })
  expect(order).toEqual([0, 0.5, 0.7, 0.5, 0.7, 0, 0.7, 0, 0.5])
})

test('temperature: what the first reports found with a vision model is found again', async () => {
  const rates = new Map([
    [0, 28.3],
    [0.3, 33],
    [0.5, 37.4],
    [0.7, 57.1],
  ])
  const { best, confidence } = await sweepTemperature(async (temperature) => rates.get(temperature) ?? 0)
  expect({ best, confidence }).toEqual({ best: 0.7, confidence: 1 })
})

test('an aborted sweep measures nothing more', async () => {
  const controller = new AbortController()
  let calls = 0
  const measure = () => {
    calls++
    controller.abort()
    return 1
  }
  await expect(sweepLength(measure, [1, 2], { signal: controller.signal })).rejects.toMatchObject({
    code: 'ERR_ABORTED',
  })
  expect(calls).toBe(1)
})

test.each([
  [() => sweepLength(() => 1, []), 'the number of values must be an integer from 1 to 1000, got 0'],
  [() => sweepLength(() => 1, [1.5]), 'a draft length must be an integer from 0 to 256, got 1.5'],
  [() => sweepTemperature(() => 1, [-1]), 'a temperature must be a finite number of at least 0, got -1'],
  [() => sweepLength(() => Number.NaN, [1]), 'what measure returns must be a finite number of at least 0, got NaN'],
  [() => sweepLength(() => 1, [1], { repetitions: 2 }), 'repetitions must be an integer from 3 to 1000, got 2'],
  [() => sweepLength(() => 1, [1], { confidence: 1 }), 'confidence must be a number between 0.5 and 1, got 1'],
])('rejects bad input %#', async (run, message) => {
  await expect(run()).rejects.toMatchObject({ code: 'ERR_OPTION_INVALID', message })
})
