import type { Drafter, LengthPolicy } from '@foretoken/contract'
import { testDrafter } from '@foretoken/contract/conformance'
import { describe, expect, test } from 'vitest'
import { type Knowledge, knowingDrafter } from '../test/knowing-drafter.js'
import { learningDrafter } from '../test/learning-drafter.js'
import { phraseDrafter } from '../test/phrase-drafter.js'
import { randomNumbers } from '../test/random-numbers.js'
import { runText } from '../test/run-text.js'
import { arbiter, costCurve, fixedLength, goodputPolicy } from './index.js'

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

describe('of one that learns by itself', () => testDrafter({ create: () => learningDrafter('learning', 2) }))

describe('of free drafters that learn across sessions', () =>
  testDrafter({
    create: () =>
      arbiter([learningDrafter('one', 1), phraseDrafter('long', 3, 0.8), learningDrafter('two', 2)], policy),
  }))

describe('with a costly one that learns across sessions', () => {
  const withCost = goodputPolicy(costCurve(points, { draftSeconds: { two: 0.02 } }))
  testDrafter({ create: () => arbiter([learningDrafter('one', 1), learningDrafter('two', 2)], withCost) })
})

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
const seeds = [1, 2, 3, 4, 5, 6, 7, 8]

describe.each(kinds)('among drafters that %s', (_, says) => {
  const run = async (drafter: Drafter, length: LengthPolicy) =>
    sum(await runText(drafter, length, { text, blockTokens }, { verifySeconds }))

  /** Seconds of the best fixed length with the best drafter of each block: the mean of three that are all alike. */
  async function bestFixedSeconds(): Promise<number> {
    const drafters = ['first', 'second', 'third'].map((name) =>
      knowingDrafter({ name, text, accuracy: () => 0.85, ...says }),
    )
    const lengths = [1, 2, 4, 6, 7, 8, 9, 10, 12, 16, 24, 32]
    const means = lengths.map(async (length) => {
      const runs = await Promise.all(drafters.map((drafter) => run(drafter, fixedLength(length))))
      return sum(runs) / runs.length
    })
    return Math.min(...(await Promise.all(means)))
  }

  /** Seconds where the best of three changes with each block. */
  async function switchingSeconds(seed: number, together: (drafters: readonly Drafter[]) => Drafter): Promise<number> {
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
    return run(together(drafters), goodputPolicy(costCurve(points)))
  }

  const share = async (together: (drafters: readonly Drafter[]) => Drafter) => {
    const seconds = await Promise.all(seeds.map((seed) => switchingSeconds(seed, together)))
    return (seeds.length * (await bestFixedSeconds())) / sum(seconds)
  }

  test('it reaches 95 % of the best fixed drafter and length of each block of 200 tokens', async () => {
    expect(await share((drafters) => arbiter(drafters, policy))).toBeGreaterThan(0.95)
  })

  test('which one drafter alone does not', async () => {
    expect(await share(([first]) => first as Drafter)).toBeLessThan(0.7)
  })
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
