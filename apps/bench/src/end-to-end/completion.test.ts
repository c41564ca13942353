import { SpeculationError } from '@foretoken/contract'
import { describe, expect, it } from 'vitest'
import { parseCompletion } from './completion.js'

const answer = {
  content: 'one two',
  tokens: [3, 4],
  stop: true,
  timings: { prompt_ms: 2.5, predicted_ms: 10, predicted_n: 2, draft_n: 8, draft_n_accepted: 1 },
}

describe('parseCompletion', () => {
  it('reads the text, its tokens and what they took', () => {
    expect(parseCompletion(JSON.stringify(answer), 13)).toEqual({
      text: 'one two',
      tokens: Int32Array.of(3, 4),
      promptMs: 2.5,
      generateMs: 10,
      draftedTokens: 8,
      acceptedTokens: 1,
      wallMs: 13,
    })
  })

  it('takes a server that says nothing of drafts for one that drafted nothing', () => {
    const { draft_n, draft_n_accepted, ...timings } = answer.timings
    const { draftedTokens, acceptedTokens } = parseCompletion(JSON.stringify({ ...answer, timings }), 13)
    expect([draft_n, draft_n_accepted, draftedTokens, acceptedTokens]).toEqual([8, 1, 0, 0])
  })

  it.each([
    ['no JSON', 'Not Found'],
    ['another object', '{"error":"no slot"}'],
    ['tokens that are none', JSON.stringify({ ...answer, tokens: ['3'] })],
    ['a time before the start', JSON.stringify({ ...answer, timings: { ...answer.timings, predicted_ms: -1 } })],
  ])('refuses %s', (_, text) => {
    let error: unknown
    try {
      parseCompletion(text, 1)
    } catch (thrown) {
      error = thrown
    }
    expect(SpeculationError.is(error, 'ERR_ENGINE_LOST')).toBe(true)
  })
})
