import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { breakEven } from './break-even.js'

const lengths = [1, 2, 4, 8, 16]

describe('breakEven', () => {
  it('is the acceptance with which a step brings as many tokens as it costs', async () => {
    const bytes = fc.integer({ min: 1, max: 1_000_000 })
    await fc.assert(
      fc.asyncProperty(bytes, bytes, async (targetBytes, draftBytes) => {
        for (const { draftTokens, stepCost, acceptanceRate } of breakEven(
          { bytesPerToken: targetBytes },
          { bytesPerToken: draftBytes },
          lengths,
        )) {
          expect(stepCost).toBeCloseTo(1 + (draftTokens * draftBytes) / targetBytes, 9)
          if (acceptanceRate === undefined) expect(stepCost).toBeGreaterThanOrEqual(draftTokens + 1)
          else {
            const tokens = Array.from({ length: draftTokens + 1 }, (_, index) => acceptanceRate ** index)
            expect(tokens.reduce((sum, share) => sum + share, 0)).toBeCloseTo(stepCost, 6)
          }
        }
      }),
    )
  })

  it('asks more of a draft for a mixture, whose experts are read by more tokens', () => {
    const draft = { bytesPerToken: 50 }
    const experts = { count: 128, used: 8, bytes: 12_800, shared: 0, overrideKey: 'qwen3moe.expert_used_count' }
    const dense = breakEven({ bytesPerToken: 1_000 }, draft, [4])[0]
    const mixture = breakEven({ bytesPerToken: 1_000, experts }, draft, [4])[0]
    expect(dense?.acceptanceRate).toBeCloseTo(0.168, 2)
    // 200 of 1,000 bytes are read by every token, the other 800 are 8 of 128 experts: five tokens need about 35 of them.
    expect(mixture?.stepCost).toBeCloseTo(0.2 + 12.8 * (1 - (1 - 8 / 128) ** 5) + 0.2, 6)
    expect(mixture?.acceptanceRate).toBeGreaterThan(0.85)
  })
})
