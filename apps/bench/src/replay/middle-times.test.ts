import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { middleTimes } from './middle-times.js'
import type { DrafterTimes } from './timed-drafter.js'

const times = (...draftNs: number[]): DrafterTimes => ({
  ingestNs: Float64Array.of(1),
  updateNs: new Float64Array(),
  draftNs: Float64Array.from(draftNs),
})

describe('middleTimes', () => {
  it('does not count what interrupted one of three passes', () => {
    const calls = fc.array(fc.nat(1e6), { minLength: 1, maxLength: 50 })
    fc.assert(
      fc.property(calls, fc.array(fc.tuple(fc.nat(49), fc.nat(1e9))), (quiet, interruptions) => {
        const disturbed = [...quiet]
        for (const [at, ns] of interruptions) if (at < disturbed.length) disturbed[at] = (disturbed[at] as number) + ns
        expect(middleTimes([times(...quiet), times(...disturbed), times(...quiet)])).toEqual(times(...quiet))
      }),
    )
  })

  it('takes the mean of the middle two of an even number', () => {
    expect(middleTimes([times(1, 8), times(2, 4), times(9, 4), times(4, 0)])).toEqual(times(3, 4))
  })

  it('keeps the first of passes that made other calls', () => {
    expect(middleTimes([times(5, 6), times(1), times(2)])).toEqual(times(5, 6))
  })
})
