import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { assertInteger } from './assert.js'
import { SpeculationError } from './errors.js'

const range = fc.tuple(fc.integer(), fc.integer()).map(([one, other]) => ({
  min: Math.min(one, other),
  max: Math.max(one, other),
}))

const bounded = range.chain((bounds) => fc.tuple(fc.constant(bounds), fc.integer(bounds)))

test('lets every integer of the range pass', () =>
  fc.assert(fc.property(bounded, ([bounds, value]) => assertInteger('tokens', value, bounds))))

test('refuses every other number', () =>
  fc.assert(
    fc.property(range, fc.oneof(fc.double(), fc.integer()), (bounds, value) => {
      fc.pre(!(Number.isInteger(value) && value >= bounds.min && value <= bounds.max))
      expect(() => assertInteger('tokens', value, bounds)).toThrow(SpeculationError)
    }),
  ))

test('says what was expected and what was got', () => {
  const details = { option: 'tokens', value: 0, min: 1, max: 64 }
  expect(() => assertInteger('tokens', 0, { min: 1, max: 64 })).toThrow(
    expect.objectContaining({
      code: 'ERR_OPTION_INVALID',
      message: 'tokens must be an integer from 1 to 64, got 0',
      details,
    }),
  )
})

test('does not take a text for a number', () => {
  expect(() => assertInteger('tokens', '8' as unknown as number, { min: 1, max: 64 })).toThrow('got 8')
})
