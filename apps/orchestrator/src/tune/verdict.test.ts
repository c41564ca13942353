import { describe, expect, test } from 'vitest'
import type { TunedValue, TuneRow } from './tune-result.js'
import { labelOf, verdictOf } from './verdict.js'

function row(
  value: TunedValue,
  [least, speedup, most]: readonly [number, number, number],
  outcome: TuneRow['outcome'],
): TuneRow {
  const rest = { tokensPerSecond: 40, tokensPerStep: 2, draftedTokens: 9, acceptedTokens: 6, acceptanceRate: 2 / 3 }
  return { value, speedup, speedupRange: [least, most], outcome, measurements: 5, ...rest }
}

describe('lengths', () => {
  const off = (outcome: TuneRow['outcome']) => row(0, [1, 1, 1], outcome)

  test('a winner, its equals and the losers', () => {
    const rows = [
      off('worse'),
      row(4, [1.25, 1.29, 1.3], 'as-good'),
      row(6, [1.24, 1.31, 1.38], 'best'),
      row(8, [1.1, 1.15, 1.2], 'worse'),
      row(12, [0.8, 0.9, 0.97], 'worse'),
      row(24, [0.5, 0.6, 0.7], 'worse'),
    ]
    expect(verdictOf({ varied: 'k', rows })).toBe(
      'K = 6: 1.31 × (1.24–1.38) against drafting off; K = 4 is as good within the noise; K = 12 and K = 24 lose (0.90 × and 0.60 ×).',
    )
  })

  test('a lead within the noise is called a tie', () => {
    expect(verdictOf({ varied: 'k', rows: [off('as-good'), row(6, [0.9, 1.03, 1.2], 'best')] })).toBe(
      'K = 6: 1.03 × (0.90–1.20) against drafting off, a tie within the noise: more --repetitions may tell.',
    )
  })

  test('drafting that loses whatever the length', () => {
    const rows = [off('best'), row(4, [0.9, 0.93, 0.97], 'worse'), row(8, [0.7, 0.8, 0.9], 'worse')]
    expect(verdictOf({ varied: 'k', rows })).toBe(
      'Leave drafting off here: the nearest, K = 4, reaches 0.93 × (0.90–0.97) of its speed.',
    )
  })

  test('drafting that changes nothing', () => {
    const rows = [off('best'), row(4, [0.9, 0.99, 1.1], 'as-good')]
    expect(verdictOf({ varied: 'k', rows })).toBe(
      'Nothing is faster than drafting off: K = 4 is as good within the noise, at 0.99 × (0.90–1.10).',
    )
  })

  test('an interrupted sweep has none', () => {
    expect(verdictOf({ varied: 'k', rows: [row(6, [1, 2, 3], '')] })).toContain('too early')
  })
})

describe('temperatures are compared with drafting off at the same temperature', () => {
  test('0 is a temperature, not drafting off', () => {
    expect(labelOf(0, 'temperature')).toBe('temperature 0')
    const rows = [row(0, [1.2, 1.3, 1.4], 'best'), row(0.5, [0.8, 0.9, 0.95], 'worse')]
    expect(verdictOf({ varied: 'temperature', rows })).toBe(
      'temperature 0: 1.30 × (1.20–1.40) against drafting off at the same temperature; temperature 0.5 loses (0.90 ×).',
    )
  })

  test('all of them may lose', () => {
    const rows = [row(0, [0.7, 0.8, 0.9], 'best'), row(0.5, [0.6, 0.7, 0.8], 'worse')]
    expect(verdictOf({ varied: 'temperature', rows })).toContain('so drafting loses whatever is chosen')
  })
})

test('drafters go by their names', () => {
  const rows = [row('none', [1, 1, 1], 'worse'), row('lookup', [1.1, 1.2, 1.3], 'best')]
  expect(verdictOf({ varied: 'drafter', rows })).toBe('lookup: 1.20 × (1.10–1.30) against drafting off.')
})
