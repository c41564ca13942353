import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { costOf, rotatingLength, type WidthCost, widthCosts } from './width-cost.js'

const costs: readonly WidthCost[] = [
  { width: 1, ms: 10 },
  { width: 5, ms: 12 },
  { width: 9, ms: 20 },
]

describe('widthCosts', () => {
  it('takes the median of each width, so that one pause of the machine changes nothing', () => {
    const step = (width: number, verifyMs: number) => ({ width, verifyMs })
    const steps = [step(5, 12), step(1, 10), step(1, 500), step(5, 12), step(1, 9), step(4, 1)]
    expect(widthCosts(steps)).toEqual(costs.slice(0, 2))
  })
})

describe('costOf', () => {
  it.each([
    [1, 10],
    [3, 11],
    [5, 12],
    [8, 18],
    [9, 20],
  ])('width %i costs %f', (width, ms) => expect(costOf(costs, width)).toBe(ms))

  it('takes a single point for all widths', () => {
    expect([1, 4].map((width) => costOf(costs.slice(0, 1), width))).toEqual([10, 10])
  })

  it('lies between its neighbours', () => {
    const curve = fc
      .array(fc.integer({ min: 1, max: 100 }), { minLength: 2, maxLength: 8 })
      .map((times) => times.map((ms, index) => ({ width: 1 + 2 * index, ms })))
    fc.assert(
      fc.property(curve, (points) => {
        for (const [index, { ms }] of points.slice(1).entries()) {
          const before = points[index]?.ms ?? Number.NaN
          expect(costOf(points, 2 + 2 * index)).toBeCloseTo((before + ms) / 2)
        }
      }),
    )
  })
})

it('rotatingLength goes round', () => {
  const session = rotatingLength([1, 3]).open()
  const asked = [0, 1, 2, 3].map(() => session.limits({ depth: 1, batchWidth: 0 }).maxTokens)
  expect(asked).toEqual([0, 2, 0, 2])
})
