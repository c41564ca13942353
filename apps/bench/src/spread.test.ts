import fc from 'fast-check'
import { expect, test } from 'vitest'
import { spread } from './spread.js'

test('the median of an even number of values lies between the middle two', () => {
  expect(spread([4, 1, 3, 2])).toEqual({ median: 2.5, min: 1, max: 4 })
  expect(spread([3, 1, 2])).toEqual({ median: 2, min: 1, max: 3 })
})

test('half of the values lie on either side of the median, whatever their order', () => {
  const values = fc.array(fc.double({ noNaN: true, min: -1e6, max: 1e6 }), { minLength: 1, maxLength: 30 })
  fc.assert(
    fc.property(values, (all) => {
      const { median, min, max } = spread(all)
      expect(spread(all.toReversed())).toEqual({ median, min, max })
      expect(all.filter((value) => value <= median).length * 2).toBeGreaterThanOrEqual(all.length)
      expect(all.filter((value) => value >= median).length * 2).toBeGreaterThanOrEqual(all.length)
      expect([min, max]).toEqual([Math.min(...all), Math.max(...all)])
    }),
  )
})
