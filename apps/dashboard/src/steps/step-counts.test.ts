import { describe, expect, it } from 'vitest'
import { sampleStep as step } from '../../test/sample-step.js'
import { goodputOf } from './answer-goodput.js'
import { columnParts, fullTimeMs, tallestWidth } from './chart-shape.js'
import { countSteps } from './step-counts.js'

const steps = [step(0, '', 0, 0), step(1, 'suffix', 4, 2), step(2, 'lookup', 8, 8), step(3, 'suffix', 2, 0)]

describe('countSteps', () => {
  it('counts nothing in no steps', () => {
    expect(countSteps([])).toMatchObject({ steps: 0, tokens: 0, acceptanceRate: 0, tokensPerStep: 0, byDrafter: [] })
  })

  it('adds up what each drafter and the model itself made', () => {
    expect(countSteps(steps)).toEqual({
      steps: 4,
      tokens: 14,
      draftedTokens: 14,
      acceptedTokens: 10,
      acceptanceRate: 10 / 14,
      tokensPerStep: 3.5,
      ownTokens: 4,
      byDrafter: [
        { drafter: 'suffix', steps: 2, draftedTokens: 6, acceptedTokens: 2 },
        { drafter: 'lookup', steps: 1, draftedTokens: 8, acceptedTokens: 8 },
      ],
      draftMs: 4,
      verifyMs: 12,
    })
  })
})

describe('goodputOf', () => {
  const answer = { model: 'base', status: 'complete', requestId: '', pieces: [], steps: [], startedMs: 0 } as const

  it('is what drafting and checking took', () => {
    expect(goodputOf(answer, countSteps(steps))).toBe((14 / 16) * 1_000)
  })

  it('is what the page saw where there are no steps', () => {
    const none = countSteps([])
    expect(goodputOf(answer, none)).toBeUndefined()
    expect(goodputOf({ ...answer, completionTokens: 10, firstMs: 100, latestMs: 100 }, none)).toBeUndefined()
    expect(goodputOf({ ...answer, completionTokens: 10, firstMs: 100, latestMs: 600 }, none)).toBe(20)
  })
})

describe('chart', () => {
  it('is as high as the widest step', () => {
    expect(steps.map(columnParts)).toEqual([
      { own: 1, accepted: 0, rejected: 0 },
      { own: 1, accepted: 2, rejected: 2 },
      { own: 1, accepted: 8, rejected: 0 },
      { own: 1, accepted: 0, rejected: 2 },
    ])
    expect(fullTimeMs(steps)).toBe(4)
    expect(fullTimeMs([...steps, { ...step(4, '', 0, 0), verifyMs: 900 }])).toBe(12)
    expect(tallestWidth(steps)).toBe(9)
    expect(tallestWidth(steps.slice(0, 1))).toBe(4)
  })
})
