import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkNumeric } from './numeric.js'
import { converted } from './units.js'

type Reader = (text: string) => number | undefined

/** Ways in which models write a number. */
const writings: readonly ((value: number) => string)[] = [
  (value) => `The answer is ${value}.`,
  (value) => `**${value.toLocaleString('en-US', { maximumFractionDigits: 6 })}**`,
  (value) => `So x=${value}`,
  (value) => `\\boxed{${String(value).replace('-', '−')}}`,
  (value) => `${value.toExponential().replace('e', ' × 10^{').replace('+', '')}}`,
  (value) => `5 apples, then 7, hence $${value}$.`,
]
const values = fc.integer({ min: -9_999_999, max: 9_999_999 }).map((value) => value / 100)

/** How many writings of a value a reader misreads. */
function misread(read: Reader, value: number): number {
  return writings.filter((write) => !(Math.abs((read(write(value)) ?? Number.NaN) - value) < 1e-6)).length
}

const ours: Reader = (text) => checkNumeric({ kind: 'numeric', value: 0 }, text).details['got'] as number | undefined
/** The offender: the last thing that `parseFloat` understands. */
const naive: Reader = (text) => text.split(/\s+/).map(Number.parseFloat).findLast(Number.isFinite)

describe('checkNumeric', () => {
  it('reads a number however it is written', () => {
    fc.assert(fc.property(values, (value) => misread(ours, value) === 0))
  })

  it('would find a reader that does not', () => {
    expect(fc.check(fc.property(values, (value) => misread(naive, value) === 0)).failed).toBe(true)
  })

  it('takes what is within the tolerance, and nothing else', () => {
    fc.assert(
      fc.property(values, fc.double({ min: 0, max: 2, noNaN: true }), (value, share) => {
        fc.pre(Math.abs(share - 1) > 1e-3)
        const got = value + share * 0.5
        expect(checkNumeric({ kind: 'numeric', value, tolerance: 0.5 }, `= ${got.toFixed(9)}`).passed).toBe(share < 1)
      }),
    )
  })

  it('takes every unit of the same dimension', () => {
    const names = ['m', 'km', 'cm', 'mile', 'feet', 'inches', 'nm']
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1e6 }),
        fc.constantFrom(...names),
        fc.constantFrom(...names),
        (value, one, other) => {
          const written = converted(value, one, other)
          expect(
            checkNumeric({ kind: 'numeric', value, unit: one }, `${written?.toPrecision(15)} ${other}`).passed,
          ).toBe(true)
          expect(checkNumeric({ kind: 'numeric', value, unit: one }, `${(written ?? 0) * 1.01} ${other}`).passed).toBe(
            false,
          )
        },
      ),
    )
  })

  it.each([
    [42, 'km', 'It is 42 km (see step 3).', true],
    [42, 'km', '42,000 metres', true],
    [42, 'km', 'So 42', true],
    [42, 'km', '42 hours', false],
    [90, 'km/h', 'v = 25 m/s', true],
    [90, 'km/h', '90 kilometers per hour', true],
    [12, 'm^2', '12 m²', true],
    [12, 'm2', '12 square meters', true],
    [100, '°C', '212 °F', true],
    [100, 'celsius', '373.15 K', true],
    [25, '%', '25%', true],
    [25, '%', '25 percent', true],
    [3.5, '$', 'It costs $3.50.', true],
    [3.5, 'dollars', '350 cents', true],
    [7, 'apples', 'She has 7 apples and 2 pears', true],
    [2, 'MB', '2,000 kB', true],
    [2, 'MiB', '2 MB', false],
    [1500, 'ms', '1.5 seconds', true],
  ])('%d %s from %j: %s', (value, unit, text, passed) => {
    expect(checkNumeric({ kind: 'numeric', value, unit }, text).passed).toBe(passed)
  })

  it.each([
    [0.75, 'The probability is 3/4.', true],
    [0.75, '\\frac{3}{4}', true],
    [1.5e6, 'about 1.5e6', true],
    [-5, 'from 10-5', false],
    [5, 'from 10-5', true],
    [2024, '3/4/2024', true],
    [1234567, '1,234,567', true],
    [3, 'none', false],
    [0.5, '.5', true],
    [50, '50\\%', true],
  ])('%d from %j: %s', (value, text, passed) => {
    expect(checkNumeric({ kind: 'numeric', value }, text).passed).toBe(passed)
  })

  it('can insist on the unit', () => {
    const checker = { kind: 'numeric', value: 42, unit: 'km', unitRequired: true } as const
    expect(checkNumeric(checker, '42').passed).toBe(false)
    expect(checkNumeric(checker, '42 km').passed).toBe(true)
  })
})
