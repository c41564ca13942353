import { fixedLength } from '@foretoken/adaptive-k'
import { SpeculationError } from '@foretoken/contract'
import { lookupDrafter } from '@foretoken/drafter-lookup'
import { expect, test } from 'vitest'
import { runSweep, type SweepPlan } from './run-sweep.js'
import type { Figures, Setup } from './workload.js'

const create = async () => {
  const drafter = lookupDrafter()
  return { drafter, policy: fixedLength(4), [Symbol.dispose]: () => drafter[Symbol.dispose]() }
}

const figures = (tokensPerSecond: number): Figures => ({
  tokens: 100,
  steps: 50,
  draftedTokens: 80,
  acceptedTokens: 50,
  tokensPerSecond,
})

/** A machine whose speed changes from run to run; drafting multiplies it. */
function sweep(speedupOf: (setup: Setup) => number, plan: Partial<SweepPlan>, abortAfter = Number.POSITIVE_INFINITY) {
  const controller = new AbortController()
  const plain: (number | undefined)[] = []
  let runs = 0
  const workload = {
    run: async (setup: Setup) => {
      if (runs++ === abortAfter) throw new SpeculationError('ERR_ABORTED', 'cancelled')
      if (setup.create === undefined) plain.push(setup.sampling?.temperature)
      return figures(setup.create === undefined ? 40 : 40 * speedupOf(setup))
    },
  }
  const whole = { varied: 'k' as const, values: [0, 4, 8], setupOf: lengthSetup, ...plan }
  const options = { workload, repetitions: 4, signal: controller.signal, onMeasure: () => {} }
  return { result: runSweep(whole, options), plain }
}

/** Speed-ups of lengths reach the fake workload in the seed. */
function lengthSetup(length: number | string): Setup {
  return length === 0 ? {} : { create, sampling: { seed: Number(length) } }
}

test('drafting off is measured once a round and has the speed-up 1', async () => {
  const { result, plain } = sweep(({ sampling }) => (sampling?.seed === 4 ? 1.5 : 0.5), {})
  const { rows, best, confidence, verdict } = await result
  expect(rows.map(({ value, speedup, outcome }) => [value, speedup, outcome])).toEqual([
    [0, 1, 'worse'],
    [4, 1.5, 'best'],
    [8, 0.5, 'worse'],
  ])
  expect([best, confidence, plain.length]).toEqual([4, 1, rows[0]?.measurements])
  expect(rows[1]).toMatchObject({
    tokensPerSecond: 60,
    tokensPerStep: 2,
    acceptanceRate: 0.625,
    speedupRange: [1.5, 1.5],
  })
  expect(verdict).toBe('K = 4: 1.50 × (1.50–1.50) against drafting off; K = 8 loses (0.50 ×).')
})

test('each temperature has a drafting off of its own', async () => {
  const setupOf = (value: number | string): Setup => ({
    create,
    sampling: { temperature: Number(value), seed: 0 },
  })
  const { result, plain } = sweep(() => 1.2, { varied: 'temperature', values: [0, 0.5], setupOf })
  expect((await result).rows.map(({ outcome }) => outcome)).toEqual(['best', 'as-good'])
  expect(plain.filter((temperature) => temperature === 0.5)).toHaveLength(4)
  expect(plain.filter((temperature) => temperature === 0)).toHaveLength(4)
})

test('names are swept as well as numbers', async () => {
  const setupOf = (name: number | string): Setup => lengthSetup(name === 'none' ? 0 : String(name).length)
  const plan = { varied: 'drafter' as const, values: ['none', 'suffix', 'lookup+suffix'], setupOf }
  const { result } = sweep(({ sampling }) => (sampling?.seed ?? 0) / 10, plan)
  const { best, rows } = await result
  expect([best, rows.map(({ outcome }) => outcome)]).toEqual(['lookup+suffix', ['worse', 'worse', 'best']])
})

test('what was measured before it was cancelled is kept, without a verdict', async () => {
  const found = await sweep(() => 1.2, {}, 4).result
  expect(found).not.toHaveProperty('best')
  expect(found.verdict).toContain('too early')
  expect(found.rows.map(({ value, measurements, outcome }) => [value, measurements, outcome])).toEqual([
    [0, 1, ''],
    [4, 1, ''],
    [8, 1, ''],
  ])
})

test('any other failure is thrown', async () => {
  const failing = { run: () => Promise.reject(new SpeculationError('ERR_ENGINE_LOST', 'the engine died')) }
  const plan = { varied: 'k' as const, values: [0, 4], setupOf: lengthSetup }
  const options = { workload: failing, repetitions: 3, signal: new AbortController().signal, onMeasure: () => {} }
  await expect(runSweep(plan, options)).rejects.toMatchObject({ code: 'ERR_ENGINE_LOST' })
})
