import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type AlphaLevel, krippendorffAlpha } from './krippendorff-alpha.js'

function rows(...texts: readonly string[]): readonly (readonly (number | undefined)[])[] {
  return texts.map((text) => [...text].map((letter) => (letter === '.' ? undefined : Number.parseInt(letter, 36))))
}

const levels: readonly AlphaLevel[] = ['nominal', 'ordinal', 'interval']
const rating = fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined })
const ratings = fc
  .integer({ min: 2, max: 12 })
  .chain((items) => fc.array(fc.array(rating, { minLength: items, maxLength: items }), { minLength: 2, maxLength: 5 }))

/** Alpha as it is defined, pair by pair: disagreement within items over that of all ratings. */
function naiveAlpha(table: readonly (readonly (number | undefined)[])[], level: AlphaLevel): number {
  const items = (table[0] ?? [])
    .map((_, item) => table.map((row) => row[item]).filter((value) => value !== undefined))
    .filter((values) => values.length > 1)
  const all = items.flat()
  const between = (low: number, high: number) => all.filter((value) => value >= low && value <= high).length
  const count = (value: number) => between(value, value)
  const distance = {
    nominal: (a: number, b: number) => (a === b ? 0 : 1),
    ordinal: (a: number, b: number) => between(Math.min(a, b), Math.max(a, b)) - (count(a) + count(b)) / 2,
    interval: (a: number, b: number) => a - b,
  }[level]
  const disagreement = (values: readonly number[]) =>
    values.reduce((sum, a) => sum + values.reduce((inner, b) => inner + distance(a, b) ** 2, 0), 0) /
    (values.length - 1)
  const observed = items.reduce((sum, values) => sum + disagreement(values), 0)
  return 1 - observed / disagreement(all)
}

describe('krippendorffAlpha', () => {
  // Krippendorff (2011), sections A, B and C.
  it('gives the published values for two observers', () => {
    expect(krippendorffAlpha(rows('0100000010', '1110010000'))).toBeCloseTo(0.095, 3)
    expect(krippendorffAlpha(rows('aabbdcccedda', 'babbbccceddd'))).toBeCloseTo(0.692, 3)
  })

  it.each([
    ['nominal', 0.743],
    ['ordinal', 0.815],
    ['interval', 0.849],
  ] as const)('gives the published value for four observers with missing values, %s: %d', (level, published) => {
    const observers = rows('123321412...', '1233224125.3', '.3332342251.', '12332441251.')
    expect(krippendorffAlpha(observers, level)).toBeCloseTo(published, 3)
  })

  it.each(levels)('%s: at most 1, the same for observers and items in any order', (level) => {
    fc.assert(
      fc.property(ratings, (table) => {
        const alpha = krippendorffAlpha(table, level)
        fc.pre(!Number.isNaN(alpha))
        expect(alpha).toBeLessThanOrEqual(1)
        const turned = table.map((row) => row.toReversed()).toReversed()
        expect(krippendorffAlpha(turned, level)).toBeCloseTo(alpha, 9)
      }),
    )
  })

  it('nominal, ordinal: only the order of values means something; the offender interval sees their size', () => {
    const monotone = (level: AlphaLevel) =>
      fc.property(ratings, (table) => {
        const stretched = table.map((row) => row.map((value) => (value === undefined ? value : value ** 3)))
        const alpha = krippendorffAlpha(table, level)
        fc.pre(!Number.isNaN(alpha))
        expect(krippendorffAlpha(stretched, level)).toBeCloseTo(alpha, 9)
      })
    fc.assert(monotone('nominal'))
    fc.assert(monotone('ordinal'))
    expect(fc.check(monotone('interval')).failed).toBe(true)
  })

  it.each(levels)('%s: is what pair by pair comes to', (level) => {
    fc.assert(
      fc.property(ratings, (table) => {
        const alpha = krippendorffAlpha(table, level)
        fc.pre(!Number.isNaN(alpha))
        expect(alpha).toBeCloseTo(naiveAlpha(table, level), 9)
      }),
    )
  })

  it.each(levels)('%s: 1 for observers who agree', (level) => {
    expect(krippendorffAlpha(rows('0123', '0123', '01.3'), level)).toBe(1)
  })

  it('is not a number where nothing can be compared, and refuses observers of unequal lengths', () => {
    expect(krippendorffAlpha(rows('1.', '.1'))).toBeNaN()
    expect(() => krippendorffAlpha(rows('1', '12'))).toThrow('got 1, 2 places')
    expect(() => krippendorffAlpha([[Number.NaN], [1]])).toThrow('finite numbers')
  })
})
