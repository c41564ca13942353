import type { Drafter } from '@foretoken/contract'
import { expect, test } from 'vitest'
import { knowingDrafter } from '../test/knowing-drafter.js'
import { runText } from '../test/run-text.js'
import { arbiter, costCurve, goodputPolicy } from './index.js'

/** Measured on one thread of a processor for which llama.cpp has other kernels for one row than for two. */
const points = [
  [1, 13],
  [2, 33],
  [3, 38],
  [5, 54],
  [9, 70],
  [13, 90],
  [17, 109],
  [33, 208],
].map(([width = 0, ms = 0]) => ({ width, seconds: ms / 1000 }))
const curve = costCurve(points)
const secondsPerToken = 0.0001
const text = Int32Array.from({ length: 64 }, (_, place) => place)

/** Tokens a second against plain decoding of a text that is over soon, nothing being known of any drafter. */
async function speedup(accuracy: number, together: (free: Drafter, model: Drafter) => readonly Drafter[]) {
  let unpaid = 0
  const onDraft = (tokens: number) => {
    unpaid += tokens
  }
  const says = (chance: number) => chance
  const free = knowingDrafter({ name: 'free', text, accuracy: () => 0.6, says })
  const model = knowingDrafter({ name: 'model', text, accuracy: () => accuracy, says, onDraft })
  const policy = goodputPolicy(costCurve(points, { draftSeconds: { model: secondsPerToken } }))
  const draftSeconds = () => {
    const seconds = unpaid * secondsPerToken
    unpaid = 0
    return seconds
  }
  const blocks = await runText(
    arbiter(together(free, model), policy),
    policy,
    { text, blockTokens: text.length },
    { verifySeconds: (width) => curve.seconds(width), draftSeconds },
  )
  return ((text.length - 1) * curve.seconds(1)) / blocks.reduce((left, right) => left + right, 0)
}

test('a short text that the draft model knows gains from its first step on, where a draft of one token loses', async () => {
  const alone = await speedup(0.99, (_, model) => [model])
  expect(alone).toBeGreaterThan(1.4)
  expect(await speedup(0.99, (free, model) => [free, model])).toBeGreaterThan(0.97 * alone)
})

test('a short text that no drafter knows loses a fiftieth at most', async () => {
  expect(await speedup(0.3, (free, model) => [free, model])).toBeGreaterThan(0.98)
})
