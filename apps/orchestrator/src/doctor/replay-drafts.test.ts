import { lookupDrafter } from '@foretoken/drafter-lookup'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { replayDrafts } from './replay-drafts.js'

const signal = new AbortController().signal
const options = { maxTokens: 4, signal, budgetMs: 60_000 }
const tokens = fc.array(fc.nat(3), { maxLength: 60 }).map((list) => Int32Array.from(list))

test('every token of the text is either accepted or comes behind a draft', () =>
  fc.assert(
    fc.asyncProperty(tokens, tokens, async (prompt, answer) => {
      using drafter = lookupDrafter()
      const { steps, acceptedTokens, draftedTokens } = await replayDrafts(drafter, [{ prompt, answer }], options)
      // The last step may have accepted the end of the text.
      expect([answer.length, answer.length + 1]).toContain(steps.length + acceptedTokens)
      expect(acceptedTokens).toBeLessThanOrEqual(draftedTokens)
      for (const { drafted, accepted } of steps) expect(accepted).toBeLessThanOrEqual(Math.min(drafted, 4))
    }),
  ))

test('a text that repeats itself is drafted whole', async () => {
  const period = [1, 2, 3, 4, 5, 6, 7, 8]
  const prompt = Int32Array.from([...period, ...period])
  using drafter = lookupDrafter()
  const { steps } = await replayDrafts(drafter, [{ prompt, answer: Int32Array.from(period) }], options)
  expect(steps).toEqual([
    { drafted: 4, accepted: 4 },
    { drafted: 4, accepted: 3 },
  ])
})

test('ends when it is cancelled, and when its time is over', async () => {
  const texts = [{ prompt: Int32Array.of(1), answer: new Int32Array(50) }]
  using drafter = lookupDrafter()
  expect((await replayDrafts(drafter, texts, { ...options, budgetMs: 0 })).steps).toEqual([])
  await expect(replayDrafts(drafter, texts, { ...options, signal: AbortSignal.abort() })).rejects.toThrow('cancelled')
})
