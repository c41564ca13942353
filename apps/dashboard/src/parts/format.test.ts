import { expect, it } from 'vitest'
import { bytes, duration, figure, percent, timeOfDay, unknown } from './format.js'

it.each([
  [undefined, unknown],
  [Number.NaN, unknown],
  [0, '0.00'],
  [2.345, '2.35'],
  [31.4159, '31.4'],
  [3141.59, '3,142'],
])('figure(%j) is %j', (value, text) => {
  expect(figure(value)).toBe(text)
})

it.each([
  [0, '0 B'],
  [1_023, '1,023 B'],
  [1_536, '1.50 KiB'],
  [4 * 2 ** 30, '4 GiB'],
])('bytes(%j) is %j', (value, text) => {
  expect(bytes(value)).toBe(text)
})

it.each([
  [undefined, unknown],
  [3.2, '3.20 ms'],
  [1_500, '1.5 s'],
  [125_000, '2 min 5 s'],
])('duration(%j) is %j', (value, text) => {
  expect(duration(value)).toBe(text)
})

it('percent and time', () => {
  expect(percent(0.666)).toBe('67 %')
  expect(timeOfDay('yesterday')).toBe('yesterday')
})
