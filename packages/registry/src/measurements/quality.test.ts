import { describe, expect, test } from 'vitest'
import { shipped } from '../../test/shipped.js'
import type { Measurement } from '../registry-file/measurement.js'
import { qualityOf } from './quality.js'

const model = 'qwen2.5-72b-instruct'
const cited = { date: '2026-01-07', hardware: 'epyc-9655', method: 'judged', model }
const line = (number: number) => `results-summary.md:${number}`

/** The quality of the model by these lines alone. */
function qualityBy(measurements: readonly Measurement[], supersessions = shipped.supersessions) {
  return qualityOf({ ...shipped, measurements, supersessions }, { model })
}

describe('a quality', () => {
  const first: Measurement = { ...cited, source: line(1), qualityRate: 0.9, scores: { math: [27, 30] } }
  const second: Measurement = { ...cited, source: line(2), qualityRate: 0.8, scores: { math: [24, 30] } }

  test('of several runs is their mean, and says how far apart they are', () => {
    expect(qualityBy([first, second])).toMatchObject({ range: [0.8, 0.9], partial: false, sources: [line(1), line(2)] })
    expect(qualityBy([first, second])?.rate).toBeCloseTo(0.85)
  })

  test('counts a run that is told twice once', () => {
    const again: Measurement = { ...first, source: line(3), scores: { math: [27, 30], total: [27, 30] } }
    const { scores: _, ...bare } = { ...first, source: line(4) }
    expect(qualityBy([first, again, bare, second])?.rate).toBeCloseTo(0.85)
    expect(qualityBy([first, again, bare, second])?.sources).toEqual([line(1), line(3), line(4), line(2)])
  })

  test('is partial where one line says so of the run', () => {
    const marked: Measurement = { ...first, source: line(3), partial: true }
    expect(qualityBy([first, marked])).toMatchObject({ partial: true })
    expect(qualityBy([first, marked, second])).toMatchObject({ rate: 0.8, partial: false, sources: [line(2)] })
  })

  test('that a newer line replaces does not count', () => {
    const told = [{ newer: line(2), older: line(1), reason: 'harder questions', source: line(2) }]
    expect(qualityBy([first, second], told)).toMatchObject({ rate: 0.8, range: [0.8, 0.8] })
  })

  test('is not that of what is told with drafts, which inherits it', () => {
    const drafted: Measurement = { ...second, draft: 'qwen2.5-0.5b-instruct', maxDraftTokens: 16 }
    expect(qualityBy([first, drafted])).toMatchObject({ rate: 0.9, sources: [line(1)] })
    expect(qualityBy([drafted])).toMatchObject({ rate: 0.8 })
  })
})

test('of the shipped registry nothing replaced counts, and no partial run beside whole ones', () => {
  const of = (name: string) => qualityOf(shipped, { model: name })
  expect(of('qwen3-0.6b')).toMatchObject({ rate: 0.03, sources: [line(940)] })
  expect(of('qwen3-32b')).toMatchObject({ rate: 0.87, partial: false })
  expect(of('qwen2.5-coder-32b-instruct')).toMatchObject({ rate: 0.72, sources: [line(604), line(870)] })
  // As the first server of requests 90 %, as the first coder 76 %.
  expect(qualityOf(shipped, { model: 'qwen3-coder-30b-a3b-instruct', experts: 6 })?.range).toEqual([0.76, 0.9])
})
