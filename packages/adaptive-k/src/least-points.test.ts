import { expect, test } from 'vitest'
import { leastPoints } from './index.js'

test('of several points of a width the least counts, however the rounds came', () => {
  const first = [
    { width: 1, seconds: 0.109 },
    { width: 17, seconds: 0.126 },
  ]
  const second = [
    { width: 1, seconds: 0.014 },
    { width: 4, seconds: 0.046 },
    { width: 17, seconds: 0.19 },
  ]
  const least = [
    { width: 1, seconds: 0.014 },
    { width: 4, seconds: 0.046 },
    { width: 17, seconds: 0.126 },
  ]
  expect(leastPoints([...first, ...second])).toEqual(least)
  expect(leastPoints([...second, ...first])).toEqual(least)
  expect(leastPoints([])).toEqual([])
})
