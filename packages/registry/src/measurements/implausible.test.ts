import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { shipped } from '../../test/shipped.js'
import type { Measurement } from '../registry-file/measurement.js'
import type { Registry } from '../registry-file/registry.js'
import { implausibilities } from './implausible.js'

const model = 'qwen2.5-72b-instruct'
const BYTES = 41e9
const cited = { source: 'results-summary.md:1', date: '2026-01-06', hardware: 'epyc-9655', method: 'bench' }
/** Without other runs, so that the bandwidth alone decides. */
const alone: Registry = { ...shipped, measurements: [] }

const draftLength = fc.integer({ min: 1, max: 64 })
const factor = fc.double({ min: 0.01, max: 4, noNaN: true }).filter((one) => Math.abs(one - 1) > 1e-6)

describe('a speed', () => {
  test('is doubted just above (K + 1) × bandwidth ÷ bytes read', () => {
    fc.assert(
      fc.property(draftLength, factor, (maxDraftTokens, times) => {
        const tokensPerSecond = (times * (maxDraftTokens + 1) * 460e9) / BYTES
        const one: Measurement = { ...cited, model, draft: 'qwen2.5-0.5b-instruct', maxDraftTokens, tokensPerSecond }
        expect(implausibilities(alone, one).length).toBe(times > 1 ? 1 : 0)
      }),
    )
  })

  test('and above what so many plain steps bring, where these were measured', () => {
    const plain: Measurement = { ...cited, model, tokensPerSecond: 2 }
    const measured: Registry = { ...shipped, measurements: [plain] }
    fc.assert(
      fc.property(draftLength, factor, (maxDraftTokens, times) => {
        const tokensPerSecond = times * (maxDraftTokens + 1) * 2
        const one: Measurement = { ...cited, model, draft: 'qwen2.5-0.5b-instruct', maxDraftTokens, tokensPerSecond }
        expect(implausibilities(measured, one).length).toBe(times > 1 ? 1 : 0)
      }),
    )
  })

  test('of a mixture of experts counts the weights that are used', () => {
    const sparse = { ...cited, model: 'qwen3-coder-30b-a3b-instruct' }
    expect(implausibilities(alone, { ...sparse, tokensPerSecond: 200 })).toEqual([])
    expect(implausibilities(alone, { ...sparse, tokensPerSecond: 300 })).toMatchObject([{ value: 300 }])
    expect(implausibilities(alone, { ...sparse, experts: 4, tokensPerSecond: 300 })).toEqual([])
  })

  test('of a file whose size nobody told is not judged', () => {
    expect(implausibilities(alone, { ...cited, model: 'qwen3-vl-4b', tokensPerSecond: 1e6 })).toEqual([])
  })
})

describe('a speed-up', () => {
  test('is doubted above K + 1, and above what was accepted', () => {
    const one = { ...cited, model, draft: 'qwen2.5-0.5b-instruct', maxDraftTokens: 16 }
    expect(implausibilities(alone, { ...one, speedup: 17 })).toEqual([])
    expect(implausibilities(alone, { ...one, speedup: 17.1 })).toMatchObject([{ figure: 'speedup', limit: 17 }])
    expect(implausibilities(alone, { ...one, speedup: 10, acceptanceRate: 0.5 })).toMatchObject([{ limit: 9 }])
  })

  test('of drafts whose length is not told is not judged', () => {
    expect(implausibilities(alone, { ...cited, model, lookup: true, speedup: 12.7 })).toEqual([])
  })

  test('that is approximate gets a tenth', () => {
    const one = { ...cited, model, draft: 'qwen2.5-0.5b-instruct', maxDraftTokens: 9, speedup: 10.5 }
    expect(implausibilities(alone, one)).toHaveLength(1)
    expect(implausibilities(alone, { ...one, approximate: ['speedup'] })).toEqual([])
  })
})
