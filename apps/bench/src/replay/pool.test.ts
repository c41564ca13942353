import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { FileResult } from './measure.js'
import { geometricMean, pool } from './pool.js'

function result(file: string, steps: number, speedup: number, ns: number): FileResult {
  return {
    file,
    drafter: 'lookup',
    policy: 'fixed:4',
    steps,
    outputTokens: 100,
    draftedTokens: 40,
    acceptedTokens: 100 - steps,
    tokensPerStep: 100 / steps,
    speedup: { '0.1': speedup },
    updateNsPerToken: ns,
    ingestNsPerPromptToken: ns,
    draftNsPerCall: { p50: ns, p99: 2 * ns },
    totalNsPerOutputToken: ns,
    bytesPerToken: ns,
    byTurn: [{ turn: '1', steps, outputTokens: 100, draftedTokens: 40, acceptedTokens: 100 - steps }],
  }
}

describe('pool', () => {
  const results = [result('a', 50, 2, 1), result('b', 100, 1, 30), result('c', 25, 4, 2)]

  it('sums counts, takes geometric means of speed-ups and medians of times', () => {
    const [pooled] = pool(results)

    expect(pooled).toMatchObject({ drafter: 'lookup', policy: 'fixed:4', files: 3 })
    expect(pooled).toMatchObject({ steps: 175, outputTokens: 300, draftedTokens: 120, acceptedTokens: 125 })
    expect(pooled?.tokensPerStep).toBe(300 / 175)
    expect(pooled?.speedup['0.1']).toBeCloseTo(2, 12)
    expect(pooled).toMatchObject({ updateNsPerToken: 2, ingestNsPerPromptToken: 2, draftNsPerCall: { p50: 2, p99: 4 } })
    expect(pooled?.byTurn).toEqual([
      { turn: '1', steps: 175, outputTokens: 300, draftedTokens: 120, acceptedTokens: 125 },
    ])
    expect(pooled).toMatchObject({ totalNsPerOutputToken: 2, bytesPerToken: 2 })
  })

  it('keeps drafters and policies apart', () => {
    const [first] = results as [FileResult]
    const others = [
      { ...first, policy: 'fixed:8' },
      { ...first, drafter: 'none' },
    ]
    expect(pool([...results, ...others]).map(({ drafter, policy, files }) => [drafter, policy, files])).toEqual([
      ['lookup', 'fixed:4', 3],
      ['lookup', 'fixed:8', 1],
      ['none', 'fixed:4', 1],
    ])
  })
})

describe('geometricMean', () => {
  it('lies between the extremes, and of ratios and their inverses is the inverse', async () => {
    const ratios = fc.array(fc.double({ min: 0.1, max: 10, noNaN: true }), { minLength: 1, maxLength: 14 })
    await fc.assert(
      fc.property(ratios, (values) => {
        const mean = geometricMean(values)
        expect(mean).toBeGreaterThanOrEqual(Math.min(...values) * (1 - 1e-12))
        expect(mean).toBeLessThanOrEqual(Math.max(...values) * (1 + 1e-12))
        expect(geometricMean(values.map((value) => 1 / value))).toBeCloseTo(1 / mean, 9)
      }),
    )
  })
})
