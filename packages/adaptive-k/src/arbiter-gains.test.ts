import type { Drafter } from '@foretoken/contract'
import { describe, expect, test } from 'vitest'
import { knowingDrafter } from '../test/knowing-drafter.js'
import { runText } from '../test/run-text.js'
import { arbiter, type CostPoint, costCurve, goodputPolicy } from './index.js'

/** Milliseconds by width on one thread of a processor for which llama.cpp has other kernels for one row than for two. */
const measured = {
  'mapped weights': { 1: 13, 2: 33, 3: 38, 5: 54, 9: 70, 13: 90, 17: 109, 33: 208 },
  'weights in huge pages': { 1: 10, 2: 30, 4: 38, 6: 52, 9: 66, 17: 103, 33: 180 },
}
/** Measured between steps of the target, which leave nothing of the draft model in the caches. */
const drafting = { perDraft: 0.000_7, perToken: 0.000_15 }

/** Tokens a second against plain decoding of a text that is over soon, nothing being known of any drafter. */
async function speedup(
  points: readonly CostPoint[],
  accuracy: (place: number) => number,
  together: (free: Drafter, model: Drafter) => readonly Drafter[],
  length = 64,
) {
  const text = Int32Array.from({ length }, (_, place) => place)
  const curve = costCurve(points)
  let unpaid = 0
  const onDraft = (tokens: number) => {
    unpaid += drafting.perDraft + tokens * drafting.perToken
  }
  const says = (chance: number) => chance
  const free = knowingDrafter({ name: 'free', text, accuracy: () => 0.6, says })
  const model = knowingDrafter({ name: 'model', text, accuracy, says, onDraft })
  const policy = goodputPolicy(costCurve(points, { draftSeconds: { model: drafting } }))
  const draftSeconds = () => {
    const seconds = unpaid
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

describe.each(Object.entries(measured))('with %s', (_, milliseconds) => {
  const points = Object.entries(milliseconds).map(([width, ms]) => ({ width: Number(width), seconds: ms / 1000 }))

  test('a short text that the draft model knows gains from its first step on, where a draft of one token loses', async () => {
    const alone = await speedup(
      points,
      () => 0.99,
      (_free, model) => [model],
    )
    expect(alone).toBeGreaterThan(1.3)
    expect(
      await speedup(
        points,
        () => 0.99,
        (free, model) => [free, model],
      ),
    ).toBeGreaterThan(0.97 * alone)
  })

  test('a draft model is asked again after a doubtful beginning', async () => {
    const late = (place: number) => (place < 2 ? 0.3 : 0.99)
    expect(await speedup(points, late, (free, model) => [free, model])).toBeGreaterThan(1.45)
  })

  test('a short text that no drafter knows loses a fiftieth at most', async () => {
    expect(
      await speedup(
        points,
        () => 0.3,
        (free, model) => [free, model],
      ),
    ).toBeGreaterThan(0.98)
  })
})
