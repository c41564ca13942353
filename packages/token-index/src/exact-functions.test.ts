import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { exponential, logOdds } from './exact-functions.js'

test('the exponential is that of Math, bounded', async () => {
  await fc.assert(
    fc.asyncProperty(fc.double({ min: -24, max: 24, noNaN: true }), async (exponent) => {
      expect(exponential(exponent) / Math.exp(exponent)).toBeCloseTo(1, 5)
    }),
  )
  expect(exponential(1e9)).toBe(exponential(24))
  expect(exponential(-1e9)).toBe(exponential(-24))
})

test('log-odds are those of Math', async () => {
  await fc.assert(
    fc.asyncProperty(fc.double({ min: 1e-9, max: 1 - 1e-9, noNaN: true }), async (probability) => {
      expect(logOdds(probability)).toBeCloseTo(Math.log(probability / (1 - probability)), 10)
    }),
  )
})
