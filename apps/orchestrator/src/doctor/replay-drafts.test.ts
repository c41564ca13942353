import { costCurve, fixedLength, goodputPolicy } from '@foretoken/adaptive-k'
import { lookupDrafter } from '@foretoken/drafter-lookup'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { replayDrafts } from './replay-drafts.js'

const signal = new AbortController().signal
const costs = { seconds: () => 1, replaySeconds: () => 0, draftSeconds: () => 0 }
const options = { policy: fixedLength(4), costs, signal, budgetMs: 60_000 }
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

test('under a policy that knows the costs, texts take hardly longer than without drafts', () =>
  fc.assert(
    fc.asyncProperty(tokens, tokens, async (prompt, answer) => {
      using drafter = lookupDrafter()
      const steep = costCurve(
        Array.from({ length: 33 }, (_, index) => ({ width: index + 1, seconds: 0.01 * (index + 1) })),
      )
      const policy = goodputPolicy(steep.copy())
      const { steps } = await replayDrafts(drafter, [{ prompt, answer }], { ...options, policy, costs: steep })
      const seconds = steps.reduce((sum, { drafted }) => sum + steep.seconds(drafted + 1), 0)
      // The policy may lose eight steps and a hundredth before it gives up.
      expect(seconds).toBeLessThan(0.01 * (1.02 * answer.length + 10))
    }),
  ))
