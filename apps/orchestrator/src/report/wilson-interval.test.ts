import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { wilsonInterval } from './wilson-interval.js'

describe('wilsonInterval', () => {
  // R. G. Newcombe: Two-sided confidence intervals for the single proportion (1998), table I, method 3.
  it.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])('gives the published interval of %d in %d', (passed, trials, low, high) => {
    const interval = wilsonInterval(passed / trials, trials)
    expect(interval.low).toBeCloseTo(low, 4)
    expect(interval.high).toBeCloseTo(high, 4)
  })

  it('holds the share, stays in 0 to 1, and narrows with more trials', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true })
    fc.assert(
      fc.property(share, fc.integer({ min: 1, max: 10_000 }), (value, trials) => {
        const [few, many] = [wilsonInterval(value, trials), wilsonInterval(value, 4 * trials)]
        expect(few.low).toBeGreaterThanOrEqual(0)
        expect(few.low).toBeLessThanOrEqual(value)
        expect(few.high).toBeGreaterThanOrEqual(value)
        expect(few.high).toBeLessThanOrEqual(1)
        expect(many.high - many.low).toBeLessThan(few.high - few.low)
      }),
    )
  })

  it('needs a trial', () => {
    expect(() => wilsonInterval(0, 0)).toThrow('trials must be an integer from 1')
  })
})
