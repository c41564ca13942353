import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cohenKappa, cohenKappaOfTable } from './cohen-kappa.js'
import { fleissKappa, ratingCounts } from './fleiss-kappa.js'

const score = fc.integer({ min: 0, max: 3 })
const pairs = fc.array(fc.tuple(score, score), { minLength: 2, maxLength: 40 })
const varied = pairs.filter((all) => new Set(all.map(([first]) => first)).size > 1)
const scores = [0, 1, 2, 3]

function kappaOf(all: readonly (readonly [number, number])[], weight: 'nominal' | 'linear' | 'quadratic'): number {
  const first = all.map(([rating]) => rating)
  const second = all.map(([, rating]) => rating)
  return cohenKappa(first, second, { categories: scores, weight })
}

describe('cohenKappa', () => {
  it('gives the values of Cohen (1968), as in R’s psych: 0.492 unweighted, 0.348 with his weights', () => {
    const table = [
      [0.44, 0.07, 0.09],
      [0.05, 0.2, 0.05],
      [0.01, 0.03, 0.06],
    ]
    const gravities = [
      [0, 1, 3],
      [1, 0, 6],
      [3, 6, 0],
    ]
    expect(cohenKappaOfTable(table)).toBeCloseTo(0.492, 3)
    expect(cohenKappaOfTable(table, (i, j) => gravities[i]?.[j] as number)).toBeCloseTo(0.348, 3)
  })

  it('gives the value of Fleiss, Levin and Paik (2003), table 18.1: 0.676 for 100 patients', () => {
    const table = [
      [75, 1, 4],
      [5, 4, 1],
      [0, 0, 10],
    ]
    expect(cohenKappaOfTable(table)).toBeCloseTo(0.676, 3)
  })

  it('gives the values of Agresti (1990), as R’s vcd computes them (SexualFun): 0.1293, and 0.2374 with linear weights', () => {
    const table = [
      [7, 7, 2, 3],
      [2, 8, 3, 7],
      [1, 5, 4, 9],
      [2, 8, 9, 14],
    ]
    expect(cohenKappaOfTable(table)).toBeCloseTo(0.1293, 4)
    expect(cohenKappaOfTable(table, 'linear')).toBeCloseTo(0.2374, 4)
  })

  it.each(['nominal', 'linear', 'quadratic'] as const)('%s: 1 for one rater twice, at most 1, symmetric', (weight) => {
    const laws = fc.property(varied, (all) => {
      const kappa = kappaOf(all, weight)
      const swapped = kappaOf(
        all.map(([first, second]) => [second, first] as const),
        weight,
      )
      const twice = kappaOf(
        all.map(([first]) => [first, first] as const),
        weight,
      )
      expect(twice).toBe(1)
      expect(kappa).toBeLessThanOrEqual(1)
      expect(swapped).toBeCloseTo(kappa, 9)
    })
    fc.assert(laws)
  })

  it('nominal: names of categories mean nothing; an offender that weighs them does not hold the law', () => {
    const renamed = (weight: 'nominal' | 'linear') =>
      fc.property(varied, fc.shuffledSubarray(scores, { minLength: 4 }), (all, names) => {
        const other = all.map(([first, second]) => [names[first] as number, names[second] as number] as const)
        expect(kappaOf(other, weight)).toBeCloseTo(kappaOf(all, weight), 9)
      })
    fc.assert(renamed('nominal'))
    expect(fc.check(renamed('linear')).failed).toBe(true)
  })

  it('is not a number where chance alone agrees always', () => {
    expect(cohenKappa([3, 3], [3, 3])).toBeNaN()
  })

  it('refuses lists of two lengths and a rating that is no category', () => {
    expect(() => cohenKappa([1], [1, 2])).toThrow('two raters must rate the same items')
    expect(() => cohenKappa([1], [4], { categories: scores })).toThrow('a rating must be one of 0, 1, 2, 3, got 4')
    expect(() => cohenKappaOfTable([[1, 2]])).toThrow('must be square')
  })
})

// Fleiss (1971), table 1: 30 patients, 6 psychiatrists, 5 diagnoses.
const diagnoses =
  '00060 03003 01401 00006 03030 20400 00402 20310 20040 00006 10050 11040 03300 10050 02031 00501 30012 51000 02040 10203 00006 01050 02013 20040 10041 05010 40002 02040 10500 00006'
    .split(' ')
    .map((row) => [...row].map(Number))

describe('fleissKappa', () => {
  it('gives the value of Fleiss (1971): 0.430', () => {
    expect(fleissKappa(diagnoses)).toBeCloseTo(0.43, 3)
  })

  const items = fc.array(fc.array(score, { minLength: 4, maxLength: 4 }), { minLength: 2, maxLength: 20 })

  it('does not depend on the order of items or raters, and is at most 1', () => {
    fc.assert(
      fc.property(items, fc.integer(), (ratings, turn) => {
        const kappa = fleissKappa(ratingCounts(ratings, scores))
        fc.pre(!Number.isNaN(kappa))
        const turned = ratings
          .map((row) => row.map((_, index) => row[(index + Math.abs(turn)) % 4] as number))
          .reverse()
        expect(kappa).toBeLessThanOrEqual(1)
        expect(fleissKappa(ratingCounts(turned, scores))).toBeCloseTo(kappa, 9)
      }),
    )
  })

  it('is 1 for raters who agree, and not a number where all is one category', () => {
    expect(
      fleissKappa([
        [3, 0],
        [0, 3],
      ]),
    ).toBe(1)
    expect(
      fleissKappa([
        [3, 0],
        [3, 0],
      ]),
    ).toBeNaN()
  })

  it('refuses items of unequal numbers of raters', () => {
    expect(() =>
      fleissKappa([
        [3, 0],
        [1, 1],
      ]),
    ).toThrow('got 3, 2')
  })
})
