import { describe, expect, it, test } from 'vitest'
import type { EngineRun } from './engine-runs.js'
import { rowScan } from './memory-scan.js'
import { overheadRow } from './overhead.js'

const what = { engine: 'native', drafter: 'oracle 16', scan: { memoryUs: 50, cacheUs: 10 }, hops: [] } as const

/** Three steps that keep 17, 17 and 8 tokens and take this long each, of which inside `llama_decode` as long as that. */
function run(stepMs: number, decodeMs?: number): EngineRun {
  const steps = [16, 16, 7].map((accepted) => ({ width: 17, accepted, draftMs: 0, verifyMs: 5, stepMs }))
  const text = { tokens: new Int32Array(42), promptMs: 1, generateMs: 1, steps, draftedTokens: 48, acceptedTokens: 39 }
  return { ...text, ...(decodeMs !== undefined && { decodeMs: steps.map(() => decodeMs) }) }
}

describe('overheadRow', () => {
  it('allows 40 µs and 1.3 times the reading of the rows that count', () => {
    expect(overheadRow(what, [run(11, 10), run(11.5, 10)], [])).toEqual([
      {
        engine: 'native',
        drafter: 'oracle 16',
        rowsPerStep: 14,
        outsideUs: { median: 1_250, least: 1_000 },
        estimated: false,
        fixedUs: 40,
        scanUs: 700,
        cachedScanUs: 140,
        limitUs: 950,
      },
    ])
  })

  it('tells the middle of the bare hops', () => {
    const hops = [
      { idleUs: 90, coldUs: 140 },
      { idleUs: 70, coldUs: 150 },
      { idleUs: 80, coldUs: 900 },
    ]
    const [row] = overheadRow({ ...what, hops }, [run(11, 10)], [])
    expect(row?.hop).toEqual({ idleUs: 80, coldUs: 150 })
  })

  it('takes the decoding time of an engine that counts for one that does not', () => {
    const [row] = overheadRow({ ...what, engine: 'node-llama-cpp' }, [run(12.5), run(12)], [run(11, 10), run(11, 9)])
    expect(row).toMatchObject({ estimated: true, outsideUs: { median: 2_750 } })
    expect(overheadRow(what, [run(16)], [])).toEqual([])
  })
})

test('rowScan reads rows of any length', () => {
  const { memoryUs, cacheUs } = rowScan(151_936)
  expect([memoryUs > 0, cacheUs > 0]).toEqual([true, true])
})
