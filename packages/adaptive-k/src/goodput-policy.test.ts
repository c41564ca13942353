import type { Draft } from '@foretoken/contract'
import { testLengthPolicy } from '@foretoken/contract/conformance'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { alone } from '../test/alone.js'
import { worthOf } from '../test/brute-force-plan.js'
import { jaggedCurve } from '../test/jagged-curve.js'
import { type Balance, playWorld, type World } from '../test/play-world.js'
import { randomNumbers } from '../test/random-numbers.js'
import { bestCut } from './best-cut.js'
import { type CostCurve, costCurve, fixedLength, goodputPolicy } from './index.js'
import { OFF_PATH } from './plan-cut.js'

/** 1 + b a token. */
const straight = (slope: number) =>
  costCurve([
    { width: 1, seconds: 1 },
    { width: 11, seconds: 1 + 10 * slope },
  ])

describe('with a cost curve', () =>
  testLengthPolicy({ create: () => alone(() => goodputPolicy(straight(0.05))), maxTokens: 32 }))

describe('without one', () => testLengthPolicy({ create: () => alone(() => goodputPolicy()), maxTokens: 32 }))

/** What a session that knows nothing yet makes of a draft, nothing bounding its loss. */
type Cutter = (curve: CostCurve, draft: Draft, batchWidth: number) => number

const firstCut: Cutter = (curve, draft, batchWidth) => {
  const session = goodputPolicy(curve, { lossTokens: 1e9 }).open()
  session.limits({ depth: 1, batchWidth })
  return session.cut(draft)
}

/** Given the true probabilities no other length is worth more, none included; policies begin with the rate 1.2. */
function lengthLaw(cutter: Cutter): void | Promise<void> {
  const chances = fc.array(
    fc.integer({ min: 0, max: 100 }).map((one) => one / 100),
    { maxLength: 7, size: 'max' },
  )
  return fc.assert(
    fc.property(jaggedCurve(14), chances, fc.nat({ max: 6 }), (curve, given, batchWidth) => {
      const probabilities = Float32Array.from(given)
      const costs = { curve, batchWidth, rate: 1.2 }
      const all = [...given, 0].map((_, cut) => worthOf(Array.from(probabilities), cut, costs, OFF_PATH))
      const cut = cutter(curve, { tokens: new Int32Array(given.length), probabilities, drafter: 'true' }, batchWidth)
      expect(all[cut]).toBeCloseTo(Math.max(...all), 9)
    }),
    { numRuns: 1000 },
  )
}

test('given the true probabilities the length is that of brute force on jagged costs', () => lengthLaw(firstCut))

test.each<[string, Cutter]>([
  [
    'looks at this step only',
    (curve, { probabilities = [] }, batchWidth) => bestCut(probabilities, { curve, batchWidth }).tokens,
  ],
  ['never verifies nothing', (...given) => Math.max(firstCut(...given), Math.min(1, given[1].tokens.length))],
  ['does not see the batch', (curve, draft) => firstCut(curve, draft, 0)],
])('a policy that %s is caught', (_, cutter) => {
  expect(() => lengthLaw(cutter)).toThrow('Property failed')
})

/** Drafts of 24 tokens whose chances of being accepted vary from token to token and from draft to draft. */
function honestWorld(slope: number, seed: number, says: (truth: number) => number | undefined): World {
  const random = randomNumbers(seed)
  return {
    verifySeconds: (width) => 1 + slope * (width - 1),
    next() {
      const level = random()
      const truths = Array.from({ length: 24 }, () => 1 - (1 - level) * random())
      const agreeing = truths.findIndex((truth) => random() >= truth)
      const said = truths.map(says)
      const draft: Draft = {
        tokens: new Int32Array(24),
        ...(said.every((one) => one !== undefined) && { probabilities: Float32Array.from(said) }),
        drafter: 'honest',
      }
      return { draft, agreeing: agreeing < 0 ? 24 : agreeing }
    },
  }
}

const goodputOf = (balances: readonly Balance[]) =>
  (balances.at(-1)?.committed ?? 0) / (balances.at(-1)?.seconds ?? Number.NaN)

/** Cuts by the true probabilities, whatever it may lose. */
function oracleGoodput(slope: number, seed: number): number {
  const curve = straight(slope)
  const cutByTruth = {
    ...fixedLength(24).open(),
    cut: ({ probabilities = new Float32Array() }: Draft) => bestCut(probabilities, { curve, batchWidth: 0 }).tokens,
  }
  return goodputOf(
    playWorld(
      { ...fixedLength(24), open: () => cutByTruth },
      honestWorld(slope, seed, (truth) => truth),
      20_000,
    ),
  )
}

describe.each([0.03, 0.1, 0.3])('where a token more costs %d of a step', (slope) => {
  const play = (says: (truth: number) => number | undefined) =>
    goodputOf(playWorld(goodputPolicy(straight(slope)), honestWorld(slope, 7, says), 20_000))

  test('an honest drafter serves as well as the truth', () => {
    expect(play((truth) => truth) / oracleGoodput(slope, 7)).toBeGreaterThan(0.985)
  })

  test.each<[string, (truth: number) => number]>([
    ['squares', (truth) => truth ** 2],
    ['takes roots', (truth) => Math.sqrt(truth)],
  ])('so does one that %s', (_, says) => {
    expect(play(says) / oracleGoodput(slope, 7)).toBeGreaterThan(0.97)
  })

  test('a drafter that says nothing serves as well as the best fixed length', () => {
    const fixed = [1, 2, 3, 4, 6, 8, 12, 16, 24].map((tokens) =>
      goodputOf(
        playWorld(
          fixedLength(tokens),
          honestWorld(slope, 7, () => undefined),
          20_000,
        ),
      ),
    )
    expect(play(() => undefined) / Math.max(1, ...fixed)).toBeGreaterThan(0.97)
  })
})

test('a drafter that becomes useful is found out, whatever went before', () => {
  for (const probabilities of [undefined, new Float32Array(24).fill(0.9)]) {
    const draft: Draft = { tokens: new Int32Array(24), ...(probabilities && { probabilities }), drafter: 'late' }
    const world: World = {
      verifySeconds: (width) => 1 + 0.05 * (width - 1),
      next: (committed) => ({ draft, agreeing: committed < 3000 ? 0 : 24 }),
    }
    const balances = playWorld(goodputPolicy(straight(0.05)), world, 6000)
    const late = balances.filter(({ committed }) => committed > 4500)
    expect(late.filter(({ sent }) => sent >= 16).length / late.length).toBeGreaterThan(0.9)
  }
})

test('hands the drafter half the slope of the cost curve: what lies behind a cut decides where to cut', () => {
  const { maxTokens, minProbability } = goodputPolicy(straight(0.1)).open().limits({ depth: 1, batchWidth: 0 })
  expect(maxTokens).toBe(32)
  expect(minProbability).toBeCloseTo(0.05, 9)
})

test('asks for nothing where no draft can pay', () => {
  expect(goodputPolicy(straight(1.5)).open().limits({ depth: 1, batchWidth: 0 }).maxTokens).toBe(0)
})

test('verifies less as the batch fills', () => {
  const curve = costCurve([
    { width: 1, seconds: 1 },
    { width: 16, seconds: 1.2 },
    { width: 64, seconds: 4.8 },
  ])
  const draft = { tokens: new Int32Array(16), probabilities: new Float32Array(16).fill(0.8), drafter: 'lookup' }
  const cuts = [0, 8, 16, 32].map((batchWidth) => {
    const session = goodputPolicy(curve).open()
    session.limits({ depth: 1, batchWidth })
    return session.cut(draft)
  })
  expect(cuts).toEqual(cuts.toSorted((left, right) => right - left))
  expect(cuts[0]).toBeGreaterThan(2 * (cuts.at(-1) ?? 0))
})

test.each([
  [{ maxTokens: 0 }, 'maxTokens must be an integer from 1 to 256, got 0'],
  [{ lossTokens: 0 }, 'lossTokens must be a finite number above 0, got 0'],
  [{ lossRate: 2 }, 'lossRate must be a number from 0 to 1, got 2'],
])('rejects %j', (options, message) => {
  expect(() => goodputPolicy(straight(0.1), options)).toThrow(
    expect.objectContaining({ code: 'ERR_OPTION_INVALID', message }),
  )
})
