import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Balance, playWorld, type World } from '../test/play-world.js'
import { type CostPoint, costCurve, fixedLength, goodputPolicy } from './index.js'

/** 1 + b a token. */
const straight = (slope: number) => [
  { width: 1, seconds: 1 },
  { width: 11, seconds: 1 + 10 * slope },
]

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

/** The regret of each session of a policy stays inside the budget, one step aside whose drafting time nobody could foresee. */
async function regretLaw(
  create: (slope: number, perToken: number, replay: number) => ReturnType<typeof fixedLength>,
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(hostileWorlds, async ({ slope, perToken, replay, runs }) => {
      const policy = create(slope, perToken, replay)
      const world: World = {
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
      }
      for (const tokens of [1200, 20, 600])
        expect(worstRegret(playWorld(policy, world, tokens), 0.01)).toBeLessThanOrEqual(8 + 24 * perToken + 1e-6)
    }),
    { numRuns: 100, examples: [[outdatedGuess]] },
  )
}

/** Lost more than it may while a guessed line was put right only every few observations. */
const outdatedGuess = {
  slope: 0.8528067613283964,
  perToken: 0 as const,
  replay: 0 as const,
  runs: [
    { length: 6, said: 4.5079201873091113e-13, agreeing: 0, drafter: 'other' as const, tokens: 199 },
    { length: 2, said: 0.486593097448349, agreeing: 0, drafter: 'other' as const, tokens: 390 },
    { length: 2, said: 1.7912679977452972e-35, agreeing: 0, drafter: 'other' as const, tokens: 6 },
    { length: 19, said: 6.446351091815572e-11, agreeing: 0, drafter: 'one' as const, tokens: 53 },
  ],
}

describe('under a hostile stream the regret against no drafts stays inside the loss budget', () => {
  test.each<[string, (slope: number) => CostPoint[]]>([
    ['a cost curve', straight],
    ['the time of a step', () => [{ width: 1, seconds: 1 }]],
  ])('given %s', (_, points) =>
    regretLaw((slope, perToken, replay) =>
      goodputPolicy(
        costCurve(points(slope), {
          draftSeconds: { one: perToken, other: perToken },
          ...(replay > 0 && { replay: [{ width: 1, seconds: replay }] }),
        }),
      ),
    ),
  )

  test('given nothing', () =>
    regretLaw((_, __, replay) => goodputPolicy(costCurve([], replay > 0 ? { replay: [] } : {}))))
})

test('a draft model that reads a long prompt before its first draft goes on drafting', () => {
  const policy = goodputPolicy(costCurve(straight(0.1), { draftSeconds: { model: 0.01 } }))
  let asked = 0
  const world: World = {
    verifySeconds: (width) => 1 + 0.1 * (width - 1),
    draftSeconds: (tokens) => (asked++ === 0 ? 50 : 0.01 * tokens),
    next: () => ({
      draft: { tokens: new Int32Array(8), probabilities: new Float32Array(8).fill(0.99), drafter: 'model' },
      agreeing: 8,
    }),
  }
  const drafted = playWorld(policy, world, 90).filter(({ sent }) => sent === 8)
  expect(drafted.length).toBeGreaterThanOrEqual(9)
})

test('a policy without a budget is caught', async () => {
  await expect(regretLaw(() => fixedLength(8))).rejects.toThrow('Property failed')
})

describe('what a session has learned', () => {
  const hostile: World = {
    verifySeconds: (width) => 1 + 0.3 * (width - 1),
    next: () => ({
      draft: { tokens: new Int32Array(8), probabilities: new Float32Array(8).fill(0.9), drafter: 'liar' },
      agreeing: 0,
    }),
  }

  test('of a drafter serves the next one, which loses next to nothing to it', () => {
    const policy = goodputPolicy(costCurve(straight(0.3)))
    const [first, ...later] = Array.from({ length: 100 }, () => worstRegret(playWorld(policy, hostile, 100), 0))
    expect(first).toBeGreaterThan(4)
    expect(later.at(-1)).toBeLessThan(1)
  })

  test('of costs serves the next one', () => {
    const policy = goodputPolicy()
    const useful: World = { ...hostile, next: (committed) => ({ ...hostile.next(committed), agreeing: 8 }) }
    expect(policy.open().limits({ depth: 1, batchWidth: 0 }).maxTokens).toBe(0)
    playWorld(policy, useful, 2000)
    const { maxTokens, minProbability } = policy.open().limits({ depth: 1, batchWidth: 0 })
    expect(maxTokens).toBeGreaterThan(0)
    expect(minProbability).toBeGreaterThan(0)
    const [last] = playWorld(policy, useful, 2000).slice(-1)
    expect((last?.committed ?? 0) / (last?.seconds ?? 1)).toBeGreaterThan(0.97 * (9 / (1 + 0.3 * 8)))
  })

  test('of one policy is not known to another', () => {
    const curve = costCurve(straight(0.3))
    playWorld(goodputPolicy(curve), hostile, 2000)
    const fresh = goodputPolicy(costCurve(straight(0.3)))
    expect(playWorld(goodputPolicy(curve), hostile, 200)).toEqual(playWorld(fresh, hostile, 200))
  })
})
