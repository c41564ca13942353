import { describe, expect, it } from 'vitest'
import { type EngineRound, engineResult } from './engine-rows.js'
import type { EngineRun } from './engine-runs.js'

/** A text of 18 tokens in steps of these widths, 9 ms and 1 ms a token, and `lost` ms a step beside. */
function run(widths: readonly number[], lost: number): EngineRun {
  const decodeMs = widths.map((width) => 9 + width)
  const steps = widths.map((width) => ({
    width,
    accepted: 0,
    draftMs: 0,
    verifyMs: 9 + width,
    stepMs: 9 + width + lost,
  }))
  const generateMs = steps.reduce((sum, { stepMs }) => sum + stepMs, 0)
  const tokens = new Int32Array(18)
  return { tokens, steps, promptMs: 1, generateMs, decodeMs, draftedTokens: 0, acceptedTokens: 0 }
}

function round(lost: number): EngineRound {
  return {
    plain: run(new Array(18).fill(1), lost),
    'oracle 8': run([9, 9], lost),
    'oracle 16': run([17, 1], lost),
    'hopeless 8': run(new Array(18).fill(9), lost),
    widths: run([1, 9, 17, 1, 9, 17], lost),
  }
}

describe('engineResult', () => {
  it('gives all of what the cost curve allows to a loop that takes no time', () => {
    const { rows, costs } = engineResult('native', [round(0)], [])

    expect(costs).toEqual([1, 9, 17].map((width) => ({ width, ms: 9 + width })))
    expect(rows.map(({ drafter, speedup, ofCostCurve }) => [drafter, speedup.median, ofCostCurve.median])).toEqual([
      ['plain', 1, 1],
      ['oracle 8', 5, 1],
      ['oracle 16', 5, 1],
      ['hopeless 8', 10 / 18, 1],
    ])
  })

  it('tells what a loop adds, a step and of the whole', () => {
    const { rows } = engineResult('native', [round(2), round(2), round(8)], [])
    const oracle = rows.find(({ drafter }) => drafter === 'oracle 8')

    expect(oracle?.outsideUs).toEqual({ median: 2_000, least: 2_000 })
    expect(oracle?.ofCostCurve.median).toBeCloseTo(18 / 20)
  })

  it('compares plain decoding with llama-bench in the same round', () => {
    const { rows } = engineResult('native', [round(0), round(0)], [100, 50])
    expect(rows[0]?.againstLlamaBench).toEqual({ median: 1.5, min: 1, max: 2 })
    expect(rows[1]).not.toHaveProperty('againstLlamaBench')
  })

  it('says nothing of time outside llama_decode where the engine does not count', () => {
    const silent = Object.fromEntries(
      Object.entries(round(2)).map(([name, { decodeMs, ...text }]) => [name, decodeMs === undefined ? text : text]),
    ) as unknown as EngineRound
    expect(engineResult('node-llama-cpp', [silent], []).rows[0]).not.toHaveProperty('outsideUs')
  })
})
