import type { Comparison, Run } from '@foretoken/runner-llamacpp'
import { emptySummary } from '@foretoken/speculate'
import { describe, expect, it } from 'vitest'
import { type DemoRow, demoIdentical, demoRow, demoTotal } from './demo-report.js'

const prompt = { id: 'quote-wall', kind: 'quote' }

function runs(speeds: readonly number[], steps: number): Run[] {
  const summary = {
    ...emptySummary,
    tokens: 60,
    steps,
    tokensPerStep: 60 / steps,
    draftedTokens: steps === 60 ? 0 : 50,
  }
  return speeds.map((tokensPerSecond) => ({
    text: '',
    tokens: new Int32Array(60),
    summary,
    tokensPerSecond,
    promptMs: 1,
    generateMs: 60_000 / tokensPerSecond,
  }))
}
const comparison: Comparison = {
  identical: true,
  deterministic: true,
  plain: runs([10, 50, 20], 60),
  drafted: runs([40, 30, 20], 12),
  speedup: { median: 2, min: 0.5, max: 4 },
}
const row = demoRow(prompt, comparison)

describe('demoRow', () => {
  it('takes the best speed of each way, and tokens and steps of the drafted answer', () => {
    expect(row).toMatchObject({ tokens: 60, steps: 12, tokensPerStep: 5, draftedTokens: 50, identical: true })
    expect([row.plainTokensPerSecond, row.draftedTokensPerSecond]).toEqual([50, 40])
    expect([row.speedup, row.speedupRange]).toEqual([0.8, [0.5, 4]])
  })
})

describe('demoTotal', () => {
  it('weighs every prompt by its time', () => {
    const even: DemoRow = { ...row, plainTokensPerSecond: 20, draftedTokensPerSecond: 30 }
    const slow: DemoRow = { ...row, tokens: 10, steps: 10, plainTokensPerSecond: 10, draftedTokensPerSecond: 5 }

    // 60 tokens in 3 s and 10 in 1 s plainly; in 2 s and 2 s drafted.
    expect(demoTotal([even, slow])).toEqual({
      tokens: 70,
      steps: 22,
      tokensPerStep: 70 / 22,
      plainTokensPerSecond: 17.5,
      draftedTokensPerSecond: 17.5,
      speedup: 1,
    })
  })
})

describe('demoIdentical', () => {
  it('is the worst of all rows', () => {
    const tie: DemoRow = { ...row, identical: 'tie' }
    const wrong: DemoRow = { ...row, identical: false }

    expect(demoIdentical([row, row])).toBe(true)
    expect(demoIdentical([row, tie])).toBe('tie')
    expect(demoIdentical([wrong, tie, row])).toBe(false)
  })
})
