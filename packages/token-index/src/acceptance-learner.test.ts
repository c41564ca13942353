import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AcceptanceLearner, FEATURES, GROUPS, hashed, oddsOf } from './acceptance-learner.js'

const HASH_SHIFT: number = new AcceptanceLearner().hashShift
// Those of a copy of six tokens and more; the hashed ones come behind the five dense ones.
const dense = [GROUPS.length + 24, GROUPS.agreement + 4, GROUPS.near, GROUPS.similar + 54, GROUPS.recency + 3]
const features = Int32Array.from({ length: FEATURES }, (_, index) => dense[index] ?? hashed(index + 1, HASH_SHIFT))

describe('the learner', () => {
  test('trusts a candidate that keeps being right, and distrusts one that keeps being wrong', () => {
    const start = chance(new AcceptanceLearner())
    expect(chance(taught(Array(20).fill(true)))).toBeGreaterThan(start + 0.2)
    expect(chance(taught(Array(20).fill(false)))).toBeLessThan(start - 0.2)
  })

  test('starts from how often copies of a length are right', () => {
    const learner = new AcceptanceLearner()
    const bucket = (length: number) =>
      Int32Array.from({ length: FEATURES }, (_, index) => (index === 0 ? GROUPS.length + 4 * length : GROUPS.near))
    expect(odds(learner, bucket(12))).toBeCloseTo(0.9 / 0.1, 4)
    expect(odds(learner, bucket(1))).toBeCloseTo(0.12 / 0.88, 5)
  })

  test('learns the same from the same labels, bit by bit', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.boolean()), async (labels) => {
        expect(chance(taught(labels))).toBe(chance(taught(labels)))
      }),
    )
  })

  test('leaves a clone alone', () => {
    const learner = taught([true, true])
    const clone = learner.clone()
    const before = chance(clone)
    expect(before).toBe(chance(learner))
    teach(learner, false)
    learner.observe(5, 0)
    expect(chance(clone)).toBe(before)
    expect(clone.reliability(5)).toBe(0)
  })

  test('goes on from exported dense weights', () => {
    const learner = taught([true, true, false])
    const weights = learner.exportWeights()
    const warm = new AcceptanceLearner({ weights })
    expect(warm.exportWeights()).toEqual(weights)
    expect(warm.exportWeights()).not.toEqual(new AcceptanceLearner().exportWeights())
    expect(chance(warm)).not.toBe(chance(learner))
  })

  test('has as many weights as its hash bits say', () => {
    const learner = new AcceptanceLearner({ hashBits: 8 })
    expect(learner.weights.length).toBe(2 * (263 + 256))
    expect(hashed(12_345, learner.hashShift)).toBeLessThan(263 + 256)
    expect(learner.clone().hashShift).toBe(learner.hashShift)
    expect(AcceptanceLearner.from(learner.state()).hashShift).toBe(learner.hashShift)
    expect(() => new AcceptanceLearner({ hashBits: 21 })).toThrow('hashBits must be')
  })

  test.each([new Float32Array(3), new AcceptanceLearner().exportWeights().fill(Number.NaN)])(
    'refuses weights that are no export',
    (weights) => {
      expect(() => new AcceptanceLearner({ weights })).toThrow('weights must be the 263 that exportWeights() gives')
    },
  )

  test('knows in which contexts the best candidate is right', () => {
    const learner = new AcceptanceLearner()
    for (let count = 0; count < 10; count++) {
      learner.observe(5, 1)
      learner.observe(6, 0)
    }
    expect(learner.reliability(5)).toBeGreaterThan(1)
    expect(learner.reliability(6)).toBeLessThan(-1)
  })
})

/** The candidate's chance against "none of them" alone. */
function chance(learner: AcceptanceLearner): number {
  const against = odds(learner, features)
  return against / (1 + against)
}

/** Odds against "none of them" of a candidate with those features, in a context that nothing is known of. */
function odds({ weights }: AcceptanceLearner, named: Int32Array): number {
  return oddsOf(named.subarray(0, -1).reduce((sum, weight) => sum + (weights[2 * weight] as number), 0))
}

function teach(learner: AcceptanceLearner, isRight: boolean): void {
  learner.learn(features, 0, 0, chance(learner) - (isRight ? 1 : 0))
}

function taught(labels: readonly boolean[]): AcceptanceLearner {
  const learner = new AcceptanceLearner()
  for (const isRight of labels) teach(learner, isRight)
  return learner
}
