import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type AnsweringConfiguration, type ExactnessCheck, inheritScores } from './inherit-scores.js'
import { repetitionStability } from './repetition-stability.js'

describe('repetitionStability', () => {
  it('tells a model that scored 92 % and 75 %', () => {
    const scores = [
      [3, 3],
      [3, 1],
      [3, 3],
      [2, 2],
    ]
    const { totalRates, totalDeviation, agreementRate, unanimousRate, withinVariance } = repetitionStability(scores)
    expect(totalRates).toEqual([expect.closeTo(0.9167, 4), expect.closeTo(0.75, 9)])
    expect(totalDeviation).toBeCloseTo(0.1179, 4)
    expect([agreementRate, unanimousRate, withinVariance]).toEqual([0.75, 0.75, 0.5])
  })

  it('is 1 exactly where nothing changes, and does not depend on the order of repetitions', () => {
    const row = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 3, maxLength: 3 })
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 20 }), (scores) => {
        const stability = repetitionStability(scores)
        const turned = repetitionStability(scores.map((values) => values.toReversed()))
        expect(stability.agreementRate === 1).toBe(stability.unanimousRate === 1)
        expect(stability.unanimousRate === 1).toBe(stability.withinVariance === 0)
        expect(turned.totalDeviation).toBeCloseTo(stability.totalDeviation, 9)
      }),
    )
  })

  it('refuses a single repetition', () => {
    expect(() => repetitionStability([[3], [2]])).toThrow('at least 2, got 1, 1')
  })
})

describe('inheritScores', () => {
  const run: AnsweringConfiguration = { id: 'base', model: 'sha256:1', suite: 'math', suiteVersion: 1, temperature: 0 }
  const baseline = { ...run, scores: [{ promptId: 'one', score: 3 as const }] }
  const drafted = { ...run, id: 'lookup-k4' }
  const text = { promptId: 'one', tokens: 300, identical: true }
  const exactness: ExactnessCheck = { baseline: 'base', configuration: 'lookup-k4', texts: [text] }

  it('gives the scores and says where they come from', () => {
    const inherited = inheritScores(baseline, drafted, exactness)
    expect(inherited).toEqual({ ...drafted, scores: [{ promptId: 'one', score: 3, inheritedFrom: 'base' }] })
  })

  it.each([
    ['no exactness check was made', drafted, undefined],
    ['their models are sha256:1 and sha256:2', { ...drafted, model: 'sha256:2' }, exactness],
    ['their suites are math v1 and math v2', { ...drafted, suiteVersion: 2 }, exactness],
    ['sampled answers differ from run to run', { ...drafted, temperature: 0.7 }, exactness],
    ['the exactness check compared base with other', drafted, { ...exactness, configuration: 'other' }],
    [
      'their texts of two differ',
      drafted,
      { ...exactness, texts: [text, { promptId: 'two', tokens: 41, identical: false }] },
    ],
    ['only 0 tokens were compared, 256 are needed', drafted, { ...exactness, texts: [] }],
  ])('refuses: %s', (reason, configuration, check) => {
    expect(() => inheritScores(baseline, configuration, check)).toThrow(
      `lookup-k4 cannot inherit the scores of base: ${reason}`,
    )
  })
})
