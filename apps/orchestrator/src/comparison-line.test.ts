import picocolors from 'picocolors'
import { expect, test } from 'vitest'
import { comparisonLine } from './comparison-line.js'
import type { ComparisonResult } from './run-result.js'

const colours = picocolors.createColors(false)
const comparison: ComparisonResult = {
  identical: true,
  deterministic: true,
  speedup: 1.84,
  speedupRange: [1.79, 1.88],
  plainTokensPerSecond: 115.2,
  draftedTokensPerSecond: 212,
  repetitions: 3,
}

test('a faster run', () => {
  expect(comparisonLine(comparison, colours)).toBe(
    '1.84 times plain decoding (1.79 to 1.88 in 3 repetitions) · 115 tokens/s plain · identical text',
  )
})

test('a slower run says so in words', () => {
  const slower = { ...comparison, speedup: 0.42, speedupRange: [0.4, 0.45] as const }
  expect(comparisonLine(slower, colours)).toMatch(/^slower than plain decoding: 0\.42 times \(0\.40 to 0\.45/)
})

test('a tie and a different text are told apart', () => {
  const divergence = { index: 57, gap: 0.0003 } as ComparisonResult['divergence'] & {}
  expect(comparisonLine({ ...comparison, identical: 'tie', divergence }, colours)).toContain(
    'the same text up to token 57, where two tokens are equally good (logits 0.00030 apart)',
  )
  expect(comparisonLine({ ...comparison, identical: false, divergence }, colours)).toContain(
    'DIFFERENT TEXT from token 57 on',
  )
  expect(comparisonLine({ ...comparison, identical: false, deterministic: false, divergence }, colours)).toContain(
    'plain decoding writes another text each time',
  )
})
