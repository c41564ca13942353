import type { Drafter } from '@foretoken/contract'
import { testDrafter } from '@foretoken/contract/conformance'
import { lookupDrafter } from '@foretoken/drafter-lookup'
import { describe, expect, it } from 'vitest'
import { timedDrafter } from './timed-drafter.js'

describe('timedDrafter', () => {
  testDrafter({ create: () => timedDrafter(lookupDrafter(), { mostSessions: 1_000, mostDrafts: 1_000 }), numRuns: 10 })

  it('tells what each kind of call took, the clock aside', async () => {
    let ms = 0
    const slow: Drafter = {
      contractVersion: 1,
      name: 'slow',
      learnsAcrossSessions: false,
      open() {
        ms += 8
        return {
          draft({ maxTokens }) {
            ms += maxTokens
            const draft = { tokens: new Int32Array(), drafter: 'slow' }
            return maxTokens === 3 ? draft : Promise.resolve(draft)
          },
          commit() {
            ms += 16
          },
          async [Symbol.asyncDispose]() {
            ms += 32
          },
        }
      },
      [Symbol.dispose]() {},
    }
    const timed = timedDrafter(slow, { mostSessions: 1, mostDrafts: 10, clockNs: 2e6, nowMs: () => ms })
    const session = timed.open(Int32Array.of(1))
    await session.draft({ maxTokens: 3 })
    session.commit(Int32Array.of(1))
    await session.draft({ maxTokens: 1 })
    await session[Symbol.asyncDispose]()

    expect(timed.times()).toEqual({
      ingestNs: Float64Array.of(6e6),
      updateNs: Float64Array.of(14e6, 30e6),
      draftNs: Float64Array.of(1e6, 0),
    })
  })
})
