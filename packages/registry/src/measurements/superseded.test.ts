import fc from 'fast-check'
import { expect, test } from 'vitest'
import { shipped } from '../../test/shipped.js'
import type { Measurement } from '../registry-file/measurement.js'
import { replacements } from './superseded.js'

const day = fc.integer({ min: 1, max: 28 }).map((number) => `2026-01-${String(number).padStart(2, '0')}`)
const runs = fc.uniqueArray(day, { minLength: 1, maxLength: 6 }).map((days) =>
  days.map(
    (date, index): Measurement => ({
      ...{ source: `results-summary.md:${index + 1}`, date, hardware: 'epyc-9655', method: 'bench' },
      ...{ model: 'qwen2.5-72b-instruct', tokensPerSecond: 2 },
    }),
  ),
)

test('of the same configuration the newest day supersedes every other, once', () => {
  fc.assert(
    fc.property(runs, (measurements) => {
      const found = replacements({ ...shipped, supersessions: [], measurements })
      const newest = measurements.toSorted((a, b) => b.date.localeCompare(a.date))[0]
      expect(new Set(found.map(({ newer }) => newer)).size).toBe(measurements.length > 1 ? 1 : 0)
      expect(found.every(({ newer }) => newer === newest?.source)).toBe(true)
      expect(found.map(({ older }) => older).toSorted()).toEqual(
        measurements.flatMap(({ source }) => (source === newest?.source ? [] : [source])).toSorted(),
      )
    }),
  )
})

test('another task, number of experts or draft length is another configuration', () => {
  const one: Measurement = {
    ...{ source: 'results-summary.md:1', date: '2026-01-01', hardware: 'epyc-9655', method: 'bench' },
    ...{ model: 'qwen3-235b-a22b', tokensPerSecond: 5 },
  }
  const later = { ...one, source: 'results-summary.md:2', date: '2026-01-02' }
  const of = (change: Partial<Measurement>) =>
    replacements({ ...shipped, supersessions: [], measurements: [one, { ...later, ...change }] }).length
  expect([of({}), of({ task: 'code' }), of({ experts: 4 }), of({ temperature: 0.7 })]).toEqual([1, 0, 0, 0])
  // What is the model's own, or usual, counts as if it were not said.
  expect([of({ experts: 8 }), of({ quantisation: 'Q4_K_M' })]).toEqual([1, 1])
})
