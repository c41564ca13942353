import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { numberList } from './number-list.js'

const numbers = fc.uniqueArray(fc.nat(2_000), { maxLength: 200 })

it('reads back what was written, as runs or one by one, in any order', () =>
  fc.assert(
    fc.property(numbers, fc.boolean(), (list, asRuns) => {
      const sorted = list.toSorted((one, other) => one - other)
      const written = asRuns ? runs(sorted) : list.join(',')
      expect(numberList(`${written}\n`)).toEqual(sorted)
    }),
  ))

it('takes what is no list for none or a part of one, never for a long one', () =>
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(numberList(text).length).toBeLessThanOrEqual(65_536)
    }),
  ))

it('is empty where nothing can be read, and cut where a file lies', () => {
  expect(numberList('0-999999')).toHaveLength(65_536)
  expect(numberList('9-2, x, -4')).toEqual([])
  expect(numberList(undefined)).toEqual([])
})

function runs(sorted: readonly number[]): string {
  const parts: [first: number, last: number][] = []
  for (const number of sorted) {
    const run = parts.at(-1)
    if (run !== undefined && run[1] === number - 1) run[1] = number
    else parts.push([number, number])
  }
  return parts.map(([first, last]) => (first === last ? String(first) : `${first}-${last}`)).join(',')
}
