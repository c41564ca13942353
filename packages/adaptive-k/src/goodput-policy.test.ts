import type { Draft } from '@foretoken/contract'
import { testLengthPolicy } from '@foretoken/contract/conformance'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Balance, playWorld, type World } from '../test/play-world.js'
import { randomNumbers } from '../test/random-numbers.js'
import { bestCut } from './best-cut.js'
import { costCurve, fixedLength, goodputPolicy } from './index.js'

/** 1 + b a token. */
const straight = (slope: number) =>
  costCurve([
    { width: 1, seconds: 1 },
    { width: 11, seconds: 1 + 10 * slope },
  ])

testLengthPolicy({
  create: () => goodputPolicy(straight(0.05)),
  createFor: (costSeconds) =>
    goodputPolicy(costCurve(Array.from(costSeconds, (seconds, width) => ({ width, seconds })).slice(1))),
  maxTokens: 32,
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

/** What drafting has lost against plain decoding, in plain steps, where it was most. */
function worstRegret(balances: readonly Balance[], lossRate: number): number {
  return Math.max(...balances.map(({ committed, seconds }) => seconds - committed * (1 + lossRate)))
}

/** The run of the token, the runs being repeated for ever. */
function runAt<Run extends { readonly tokens: number }>(runs: readonly Run[], token: number): Run {
  let left = token % runs.reduce((sum, { tokens }) => sum + tokens, 0)
  const found = runs.find(({ tokens }) => {
    left -= tokens
    return left < 0
  })
  return found as Run
}

const hostileWorlds = fc.record({
  slope: fc.double({ min: 0.001, max: 1, noNaN: true }),
  perToken: fc.constantFrom(0, 0.001, 0.05),
  replay: fc.constantFrom(0, 0.5),
  // Runs of one kind, so that trust is won and then betrayed.
  runs: fc.array(
    fc.record({
      length: fc.integer({ min: 0, max: 24 }),
      said: fc.option(fc.float({ min: 0, max: 1, noNaN: true }), { nil: undefined }),
      agreeing: fc.oneof(fc.constant(0), fc.nat({ max: 24 })),
      drafter: fc.constantFrom('one', 'other'),
      tokens: fc.integer({ min: 1, max: 400 }),
    }),
    { minLength: 1, maxLength: 8 },
  ),
})

/** The regret of a policy stays inside the budget, one step aside whose drafting time nobody could foresee. */
async function regretLaw(
  create: (slope: number, perToken: number, replay: number) => ReturnType<typeof fixedLength>,
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(hostileWorlds, async ({ slope, perToken, replay, runs }) => {
      const balances = playWorld(
        create(slope, perToken, replay),
        {
          verifySeconds: (width) => 1 + slope * (width - 1),
          draftSeconds: (tokens) => perToken * tokens,
          replaySeconds: () => replay,
          next(committed) {
            const run = runAt(runs, committed)
            const probabilities =
              run.said === undefined ? {} : { probabilities: new Float32Array(run.length).fill(run.said) }
            return {
              draft: { tokens: new Int32Array(run.length), ...probabilities, drafter: run.drafter },
              agreeing: run.agreeing,
            }
          },
        },
        2000,
      )
      expect(worstRegret(balances, 0.01)).toBeLessThanOrEqual(8 + 24 * perToken + 1e-6)
    }),
    { numRuns: 100 },
  )
}

test('under a hostile stream the regret against no drafts stays inside the loss budget', () =>
  regretLaw((slope, perToken, replay) =>
    goodputPolicy(
      costCurve(
        [
          { width: 1, seconds: 1 },
          { width: 11, seconds: 1 + 10 * slope },
        ],
        {
          draftSeconds: { one: perToken, other: perToken },
          ...(replay > 0 && { replay: [{ width: 1, seconds: replay }] }),
        },
      ),
    ),
  ))

test('a policy without a budget is caught', async () => {
  await expect(regretLaw(() => fixedLength(8))).rejects.toThrow('Property failed')
})

test('hands the drafter the slope of the cost curve as its break-even', () => {
  const { maxTokens, minProbability } = goodputPolicy(straight(0.1)).open().limits({ depth: 1, batchWidth: 0 })
  expect(maxTokens).toBe(32)
  expect(minProbability).toBeCloseTo(0.1, 9)
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
