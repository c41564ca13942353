import type { Drafter, LengthPolicy } from '@foretoken/contract'
import { testDrafter } from '@foretoken/contract/conformance'
import { describe, expect, test } from 'vitest'
import { type Knowledge, knowingDrafter } from '../test/knowing-drafter.js'
import { phraseDrafter } from '../test/phrase-drafter.js'
import { randomNumbers } from '../test/random-numbers.js'
import { runText } from '../test/run-text.js'
import { arbiter, costCurve, goodputPolicy } from './index.js'

const points = [
  { width: 1, seconds: 1 },
  { width: 11, seconds: 2 },
]
const policy = goodputPolicy(costCurve(points))
const verifySeconds = (width: number) => 1 + 0.1 * (width - 1)

describe('of free drafters', () =>
  testDrafter({
    create: () => arbiter([phraseDrafter('short', 1), phraseDrafter('long', 3, 0.8)], policy),
  }))

describe('with a costly one', () => {
  const withCost = goodputPolicy(costCurve(points, { draftSeconds: { long: 0.02 } }))
  testDrafter({
    create: () => arbiter([phraseDrafter('short', 1), phraseDrafter('long', 2, 0.9)], withCost),
  })
})

const blockTokens = 200
const text = Int32Array.from({ length: 20 * blockTokens }, (_, place) => place % 1000)

const kinds: [string, Pick<Knowledge, 'says'>][] = [
  ['say nothing', {}],
  ['are honest', { says: (accuracy) => accuracy }],
  ['always say 0.8', { says: () => 0.8 }],
]
describe.each(kinds)('among drafters that %s', (_, says) => {
  test.each([1, 2, 3, 4, 5])(
    'it reaches 95 % of knowing the best of each block of 200 tokens (seed %d)',
    async (seed) => {
      const random = randomNumbers(seed)
      const best = Array.from({ length: 20 }, () => Math.floor(3 * random()))
      const drafters = ['one', 'two', 'three'].map((name, index) =>
        knowingDrafter({
          name,
          text,
          accuracy: (place) => (best[Math.floor(place / blockTokens)] === index ? 0.85 : 0.2),
          ...says,
        }),
      )
      const run = (drafter: Drafter, length: LengthPolicy) =>
        runText(drafter, length, { text, blockTokens }, { verifySeconds })
      // What it would be to know which drafter is the best, the policy being the same.
      const known = knowingDrafter({ name: 'best', text, accuracy: () => 0.85, ...says })
      const bestSeconds = await run(known, goodputPolicy(costCurve(points)))
      const together = await run(arbiter(drafters, policy), goodputPolicy(costCurve(points)))
      expect(sum(bestSeconds) / sum(together)).toBeGreaterThan(0.95)
    },
  )
})

describe('a costly drafter', () => {
  const free = (accuracy: number) => knowingDrafter({ name: 'free', text, accuracy: () => accuracy })

  /** Seconds with a costly drafter beside a free one, and how many tokens it drafted. */
  async function withCostly(freeAccuracy: number, accuracy: (place: number) => number, secondsPerToken: number) {
    let drafted = 0
    let unpaid = 0
    const onDraft = (tokens: number) => {
      drafted += tokens
      unpaid += tokens
    }
    const costly = knowingDrafter({ name: 'model', text, accuracy, onDraft })
    const own = goodputPolicy(costCurve(points, { draftSeconds: { model: secondsPerToken } }))
    const draftSeconds = () => {
      const seconds = unpaid * secondsPerToken
      unpaid = 0
      return seconds
    }
    const blocks = await runText(
      arbiter([free(freeAccuracy), costly], own),
      own,
      { text, blockTokens },
      { verifySeconds, draftSeconds },
    )
    return { seconds: sum(blocks), drafted }
  }

  const withoutIt = async (accuracy: number) =>
    sum(await runText(free(accuracy), policy, { text, blockTokens }, { verifySeconds }))

  test('that is too slow is hardly asked, and hardly costs anything', async () => {
    const { seconds, drafted } = await withCostly(0.6, () => 0.9, 0.8)
    expect(drafted).toBeGreaterThan(0)
    expect(drafted / text.length).toBeLessThan(0.02)
    expect(seconds / (await withoutIt(0.6))).toBeLessThan(1.03)
  })

  test('that is wrong is hardly asked either', async () => {
    const { seconds } = await withCostly(0.6, () => 0.2, 0.05)
    expect(seconds / (await withoutIt(0.6))).toBeLessThan(1.03)
  })

  test('that beats the free one, its time included, is asked', async () => {
    const { seconds, drafted } = await withCostly(0.3, () => 0.95, 0.02)
    expect(drafted / text.length).toBeGreaterThan(0.8)
    expect(seconds / (await withoutIt(0.95))).toBeLessThan(1.3)
  })

  test('that becomes right is found out', async () => {
    const never = await withCostly(0.3, () => 0.1, 0.02)
    const late = await withCostly(0.3, (place) => (place < text.length / 2 ? 0.1 : 0.95), 0.02)
    expect(late.seconds / never.seconds).toBeLessThan(0.75)
  })
})

function sum(values: readonly number[]): number {
  return values.reduce((left, right) => left + right, 0)
}
