import type { LengthObservation } from '@foretoken/contract'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type CostPoint, costCurve } from './index.js'

const step = (width: number, verifyMs: number, rest: Partial<LengthObservation> = {}): LengthObservation => ({
  draft: { tokens: new Int32Array(width - 1), drafter: 'lookup' },
  sent: width - 1,
  accepted: width - 1,
  draftMs: 0,
  verifyMs,
  width,
  batchWidth: 0,
  depth: 100,
  ...rest,
})

const points: fc.Arbitrary<readonly CostPoint[]> = fc.uniqueArray(
  fc.record({ width: fc.integer({ min: 1, max: 300 }), seconds: fc.double({ min: 1e-4, max: 10, noNaN: true }) }),
  { minLength: 2, maxLength: 12, selector: ({ width }) => width },
)

describe('a curve that has observed nothing', () => {
  test('passes through its points, in any order, and stays between neighbours', () =>
    fc.assert(
      fc.property(points, (given) => {
        const curve = costCurve(given)
        for (const { width, seconds } of given) expect(curve.seconds(width)).toBeCloseTo(seconds, 9)
        const sorted = given.toSorted((left, right) => left.width - right.width)
        for (const [index, left] of sorted.entries()) {
          const right = sorted[index + 1] ?? left
          const between = curve.seconds((left.width + right.width) / 2)
          expect(between).toBeCloseTo((left.seconds + right.seconds) / 2, 9)
        }
      }),
    ))

  test('is positive everywhere and never falls beyond its widest point', () =>
    fc.assert(
      fc.property(points, fc.integer({ min: 1, max: 600 }), (given, width) => {
        const curve = costCurve(given)
        expect(curve.seconds(width)).toBeGreaterThan(0)
        expect(curve.seconds(301 + width)).toBeGreaterThanOrEqual(curve.seconds(300 + width))
      }),
    ))

  test('goes on with its mean slope', () => {
    const curve = costCurve([
      { width: 2, seconds: 2 },
      { width: 4, seconds: 5 },
      { width: 6, seconds: 4 },
    ])
    expect([1, 3, 5, 8].map((width) => curve.seconds(width))).toEqual([1.5, 3.5, 4.5, 5])
  })
})

describe('observations', () => {
  const linear = [
    { width: 1, seconds: 0.1 },
    { width: 11, seconds: 0.2 },
  ]

  test('of one width scale the others', () => {
    const curve = costCurve(linear)
    for (let index = 0; index < 100; index++) curve.observe(step(1, 200))
    expect(curve.seconds(1)).toBeCloseTo(0.2, 3)
    expect(curve.seconds(11)).toBeCloseTo(0.4, 3)
  })

  test('make jags where there are some', () => {
    const curve = costCurve(linear)
    for (let index = 0; index < 500; index++)
      for (const [width, ms] of [
        [1, 100],
        [4, 130],
        [5, 300],
        [6, 150],
      ] as const)
        curve.observe(step(width, ms))
    expect([1, 4, 5, 6].map((width) => Math.round(100 * curve.seconds(width)))).toEqual([10, 13, 30, 15])
  })

  test('that are outliers change little, however large they are', () =>
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.double({ min: 1e3, max: 1e12 }), (width, outlierMs) => {
        const curve = costCurve(linear)
        const before = curve.seconds(width)
        for (let index = 0; index < 40; index++) curve.observe(step(width, index % 3 === 1 ? outlierMs : 1000 * before))
        expect(curve.seconds(width)).toBeCloseTo(before, 9)
      }),
    ))

  test('that say nothing are ignored', () => {
    const curve = costCurve(linear)
    for (const verifyMs of [0, -1, Number.NaN, Number.POSITIVE_INFINITY])
      for (let index = 0; index < 9; index++) curve.observe(step(1, verifyMs))
    expect(curve.seconds(1)).toBe(0.1)
  })

  test('count other sequences of the batch', () => {
    const curve = costCurve(linear)
    for (let index = 0; index < 100; index++) curve.observe(step(1, 400, { batchWidth: 10 }))
    expect(curve.seconds(11)).toBeCloseTo(0.4, 3)
  })

  test('of a copy stay with it', () => {
    const curve = costCurve(linear, { draftSeconds: { model: 0.01 }, replay: linear })
    const copy = curve.copy()
    for (let index = 0; index < 9; index++)
      copy.observe({
        ...step(5, 900, { draftMs: 80, accepted: index % 4 }),
        draft: { tokens: new Int32Array(4), drafter: 'model' },
      })
    expect(copy.draftSeconds('model', 1)).toBeCloseTo(0.02)
    expect(copy.replaySeconds(2)).toBeGreaterThan(curve.replaySeconds(2))
    expect([curve.seconds(5), curve.draftSeconds('model', 1)]).toEqual([0.14, 0.01])
    expect(copy.copy().draftSeconds('model', 1)).toBe(copy.draftSeconds('model', 1))
  })
})

describe('a curve that was given', () => {
  const tenth = (width: number) => 1 + 0.1 * (width - 1)

  test('nothing takes steps without drafts for its unit, and a tenth of one for each token more', () => {
    const curve = costCurve()
    expect(curve.isKnown).toBe(false)
    for (const width of [1, 2, 9, 40]) expect(curve.seconds(width)).toBeCloseTo(tenth(width), 9)
  })

  test('one point guesses the rest, and at worst a token more saves nothing', () => {
    const curve = costCurve([{ width: 1, seconds: 0.02 }])
    expect(curve.isKnown).toBe(true)
    for (const width of [1, 2, 9, 40]) {
      expect(curve.seconds(width)).toBeCloseTo(0.02 * tenth(width), 9)
      expect(curve.worstSeconds(width)).toBeCloseTo(0.02 * width, 9)
    }
  })

  test.each([0.01, 0.5, 1])('too little learns that a token more costs %d of a step', (slope) => {
    for (const given of [[], [{ width: 1, seconds: 0.02 }]]) {
      const curve = costCurve(given)
      for (let round = 0; round < 40; round++)
        for (const width of [1, 5, 9]) curve.observe(step(width, 20 * (1 + slope * (width - 1))))
      for (const width of [1, 5, 7, 9, 33])
        expect(curve.seconds(width) / (0.02 * (1 + slope * (width - 1)))).toBeCloseTo(1, 1)
      expect(curve.worstSeconds(9)).toBe(curve.seconds(9))
      expect(curve.worstSeconds(19)).toBeCloseTo(curve.seconds(9) + 10 * curve.seconds(1), 9)
    }
  })

  test('no replays takes running tokens again for running them, until it is observed', () => {
    const curve = costCurve([{ width: 1, seconds: 0.1 }], { replay: [] })
    expect(curve.replaySeconds(3)).toBe(curve.seconds(3))
    for (let index = 0; index < 40; index++) curve.observe(step(5, 140 + 50, { accepted: 2 }))
    expect(curve.replaySeconds(3)).toBeCloseTo(0.05, 2)
  })
})

test('drafting costs what was given until it was observed', () => {
  const curve = costCurve([{ width: 1, seconds: 0.1 }], { draftSeconds: { model: 0.01 } })
  expect([curve.draftSeconds('model', 8), curve.draftSeconds('lookup', 8)]).toEqual([0.08, 0])
  expect([curve.isCostly('model'), curve.isCostly('lookup')]).toEqual([true, false])
})

test('a draft may cost something besides its tokens; what it takes scales both', () => {
  const model = { perDraft: 0.003, perToken: 0.001 }
  const curve = costCurve([{ width: 1, seconds: 0.1 }], { draftSeconds: { model } })
  expect([1, 7].map((tokens) => curve.draftSeconds('model', tokens))).toEqual([0.004, 0.01])
  const draft = { tokens: new Int32Array(7), drafter: 'model' }
  for (let index = 0; index < 9; index++) curve.observe({ ...step(8, 100), draft, draftMs: 20 })
  expect(curve.draftSeconds('model', 1)).toBeCloseTo(0.008)
  expect(curve.draftSeconds('model', 17)).toBeCloseTo(0.04)
})

test('a replay is charged to partial rejects only', () => {
  const given = [{ width: 1, seconds: 0.1 }]
  const curve = costCurve(given, { replay: given })
  for (let index = 0; index < 200; index++) {
    curve.observe(step(5, 100))
    curve.observe(step(5, 160, { accepted: 2 }))
  }
  expect(curve.seconds(5)).toBeCloseTo(0.1, 6)
  expect(curve.replaySeconds(3)).toBeCloseTo(0.06, 2)
})

test.each([
  [[{ width: 0, seconds: 1 }], 'the width of points must be an integer from 1 to 65536, got 0'],
  [[{ width: 1, seconds: 0 }], 'the seconds of points must be a finite number above 0, got 0'],
  [[{ width: 1, seconds: Number.NaN }], 'the seconds of points must be a finite number above 0, got NaN'],
  [
    [
      { width: 2, seconds: 1 },
      { width: 2, seconds: 3 },
    ],
    'points must have one point a width, got two of 2',
  ],
])('rejects %j', (given, message) => {
  expect(() => costCurve(given)).toThrow(expect.objectContaining({ code: 'ERR_OPTION_INVALID', message }))
})

test('rejects options out of range', () => {
  const given = [{ width: 1, seconds: 1 }]
  expect(() => costCurve(given, { draftSeconds: { model: -1 } })).toThrow(
    'the draftSeconds of model must be a finite number of at least 0, got -1',
  )
  expect(() => costCurve(given, { draftSeconds: { model: { perDraft: Number.NaN, perToken: 1 } } })).toThrow(
    'the draftSeconds of a draft of model must be a finite number of at least 0, got NaN',
  )
  expect(() => costCurve([], { draftSeconds: { model: 1 } })).toThrow(
    'draftSeconds need a point to compare with, got none',
  )
  expect(() => costCurve(given, { replay: [...given, ...given] })).toThrow('replay points must have one point a width')
})
