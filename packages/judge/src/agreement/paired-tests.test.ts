import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bootstrap, pairedBootstrap } from './bootstrap.js'
import { mcnemar } from './mcnemar.js'
import { mean } from './moments.js'
import { nonInferiority } from './non-inferiority.js'
import { randomSource } from './random-source.js'
import { studentQuantile, studentUpperTail } from './student-distribution.js'

// Student (1908): hours of sleep gained by two drugs, ten patients.
const dextro = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2]
const laevo = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]
const score = fc.integer({ min: 0, max: 3 })
const pairs = fc.array(fc.tuple(score, score), { minLength: 2, maxLength: 30 })

describe('bootstrap', () => {
  it('gives the standard error of Efron and Tibshirani (1993), table 2.2: 23.36 for seven treated mice', () => {
    const days = [94, 197, 16, 38, 99, 141, 23]
    const { value, standardError } = bootstrap(days, mean, { resamples: 40_000 })
    expect(value).toBeCloseTo(86.86, 2)
    expect(Math.abs(standardError - 23.36)).toBeLessThan(0.35)
  })

  it('holds the truth about as often as it says', () => {
    const random = randomSource(7)
    const holds = Array.from({ length: 200 }, (_, seed) => {
      const first = Array.from({ length: 60 }, () => Math.floor(random() * 4))
      const second = first.map((value) => value + (random() < 0.5 ? 1 : 0))
      const { low, high } = pairedBootstrap(first, second, { resamples: 500, seed })
      return low <= 0.5 && high >= 0.5 ? 1 : 0
    })
    expect(mean(holds)).toBeGreaterThan(0.9)
    expect(mean(holds)).toBeLessThan(0.99)
  })

  it('is the same for the same seed, and turns its sign with the pairs', () => {
    fc.assert(
      fc.property(pairs, fc.nat(1000), (all, seed) => {
        const first = all.map(([value]) => value)
        const second = all.map(([, value]) => value)
        const options = { seed, resamples: 100 }
        const forward = pairedBootstrap(first, second, options)
        expect(pairedBootstrap(first, second, options)).toEqual(forward)
        expect(pairedBootstrap(second, first, options).low).toBeCloseTo(-forward.high, 9)
        expect(forward.low).toBeLessThanOrEqual(forward.high)
      }),
      { numRuns: 30 },
    )
  })

  it('is narrower for pairs than an offender that draws the halves apart', () => {
    const { low, high } = pairedBootstrap(dextro, laevo)
    const apart = bootstrap([...dextro.map((v) => [v, 0]), ...laevo.map((v) => [v, 1])], (sample) => {
      const side = (which: number) => mean(sample.filter(([, at]) => at === which).map(([value]) => value as number))
      return side(1) - side(0)
    })
    expect(high - low).toBeLessThan(0.7 * (apart.high - apart.low))
  })

  it('refuses lists of two lengths and what is no number', () => {
    expect(() => pairedBootstrap([1], [1, 2])).toThrow('got 1 and 2')
    expect(() => pairedBootstrap([1], [Number.NaN])).toThrow('finite numbers')
    expect(() => bootstrap([], mean)).toThrow('at least one item')
  })
})

describe('nonInferiority', () => {
  it('gives the odds of Student (1908): the second drug is the better with 0.9985', () => {
    // A margin next to nothing, so that the test asks Student's question.
    const { difference, pValue } = nonInferiority(dextro, laevo, { margin: 1e-9, range: 10 })
    expect(difference).toBeCloseTo(1.58, 9)
    expect(1 - pValue).toBeCloseTo(0.9985, 3)
    // R, t.test(paired = TRUE): t = 4.0621, two-sided p = 0.002833, 95 % interval from 0.7001.
    expect(2 * pValue).toBeCloseTo(0.002833, 6)
    expect(nonInferiority(dextro, laevo, { margin: 1, range: 10, significance: 0.025 }).lowerBound).toBeCloseTo(
      0.7001,
      4,
    )
  })

  it('says non-inferior exactly where the bound is above the margin', () => {
    fc.assert(
      fc.property(pairs, fc.double({ min: 0.01, max: 2.9, noNaN: true }), (all, margin) => {
        const baseline = all.map(([value]) => value)
        const candidate = all.map(([, value]) => value)
        const { nonInferior, lowerBound } = nonInferiority(baseline, candidate, { margin })
        fc.pre(Math.abs(lowerBound + margin) > 1e-9)
        expect(nonInferior).toBe(lowerBound > -margin)
      }),
    )
  })

  it('calls a candidate that is worse by the margin not inferior as seldom as it says', () => {
    const random = randomSource(11)
    const called = Array.from({ length: 2_000 }, () => {
      const baseline = Array.from({ length: 40 }, () => 1 + Math.floor(random() * 3))
      const candidate = baseline.map((value) => value - (random() < 0.25 ? 1 : 0))
      return nonInferiority(baseline, candidate, { margin: 0.25 }).nonInferior ? 1 : 0
    })
    // Exactly: 5 losses of 40 or fewer, 0.0433. The offender, t as it is, would conclude from 6, too: 0.0962.
    expect(mean(called)).toBeGreaterThan(0.03)
    expect(mean(called)).toBeLessThan(0.06)
  })

  it('does not conclude from a few prompts with the same scores', () => {
    const threes = (count: number) => Array.from({ length: count }, () => 3)
    expect(nonInferiority(threes(5), threes(5), { margin: 0.3 }).nonInferior).toBe(false)
    expect(nonInferiority(threes(40), threes(40), { margin: 0.3 }).nonInferior).toBe(true)
    expect(
      nonInferiority(
        threes(40),
        threes(40).map(() => 2),
        { margin: 0.3 },
      ).pValue,
    ).toBe(1)
  })
})

describe('Student’s distribution', () => {
  // Critical values as in Fisher and Yates: 10 degrees of freedom, 2.5 % above 2.228; 1 degree, 5 % above 6.314.
  it('gives the tables’ values', () => {
    expect(studentQuantile(0.025, 10)).toBeCloseTo(2.228, 3)
    expect(studentQuantile(0.05, 1)).toBeCloseTo(6.314, 3)
    expect(studentUpperTail(-2.228, 10)).toBeCloseTo(0.975, 4)
  })
})

describe('mcnemar', () => {
  const results = (counts: readonly [number, number, number, number]) => {
    const cells = [
      [true, true],
      [true, false],
      [false, true],
      [false, false],
    ] as const
    const all = cells.flatMap((cell, index) => Array.from({ length: counts[index] as number }, () => cell))
    return mcnemar(
      all.map(([first]) => first),
      all.map(([, second]) => second),
    )
  }

  it('gives the values of Fagerland, Lydersen and Laake (2013), table 1: exact 0.0703, mid-p 0.0391', () => {
    const { pValue, midPValue, onlyFirst, onlySecond } = results([1, 1, 7, 12])
    expect([onlyFirst, onlySecond]).toEqual([1, 7])
    expect(pValue).toBeCloseTo(0.0703, 4)
    expect(midPValue).toBeCloseTo(0.0391, 4)
  })

  it('is 1 at most, symmetric, and blind to prompts that agree', () => {
    const count = fc.nat(1_200)
    fc.assert(
      fc.property(count, count, count, (first, second, both) => {
        const { pValue, midPValue } = results([0, first, second, 0])
        expect(results([both, second, first, both])).toMatchObject({ pValue, midPValue })
        expect(pValue).toBeGreaterThanOrEqual(0)
        expect(pValue).toBeLessThanOrEqual(1)
        expect(midPValue).toBeLessThanOrEqual(pValue)
      }),
      { numRuns: 50 },
    )
  })
})
