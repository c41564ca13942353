import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { MemoryPlan, MemoryPools, PoolModel } from './memory-pools.js'
import { planMemory } from './plan-memory.js'

const GB = 1e9
const machine = { memory: { totalBytes: 64 * GB, availableBytes: 60 * GB } }

type Planner = (pools: MemoryPools, budgetBytes: number) => MemoryPlan
const ours: Planner = (pools, budgetBytes) => planMemory(pools, machine, { budgetBytes })

const poolModel = fc.record(
  {
    name: fc.string({ minLength: 1, maxLength: 3 }),
    bytes: fc.nat(40),
    isPinned: fc.boolean(),
    priority: fc.nat(2),
    loadSeconds: fc.nat(20),
  },
  { requiredKeys: ['name', 'bytes'] },
)
const pools = fc
  .uniqueArray(poolModel, { selector: ({ name }) => name, maxLength: 9 })
  .chain((models) =>
    fc.nat(models.length).map((count): MemoryPools => ({ hot: models.slice(0, count), warm: models.slice(count) })),
  )

/** A law holds for every case, or says what it found. */
type Law = (plan: Planner, pools: MemoryPools, budgetBytes: number) => void

const all = ({ hot, warm }: MemoryPools): readonly PoolModel[] => [...hot, ...warm]
const bytesOf = (models: readonly { readonly bytes: number }[]) => models.reduce((sum, { bytes }) => sum + bytes, 0)

const laws: Record<string, Law> = {
  'never over the budget, neither at the start nor after a model was loaded on demand': (plan, given, budget) => {
    const { models } = plan(given, budget)
    const loaded = models.filter(({ place }) => place === 'hot' || place === 'warm')
    expect(bytesOf(loaded)).toBeLessThanOrEqual(budget)
    for (const model of models.filter(({ place }) => place === 'on-demand')) {
      const staying = loaded.filter(({ name }) => !model.evicts.includes(name))
      expect(bytesOf(staying) + model.bytes).toBeLessThanOrEqual(budget)
    }
  },
  'every model once, with a reason': (plan, given, budget) => {
    const { models } = plan(given, budget)
    expect(models.map(({ name }) => name).sort()).toEqual(
      all(given)
        .map(({ name }) => name)
        .sort(),
    )
    for (const { because } of models) expect(because).toMatch(/^It.*\.$/)
  },
  'the order in which models are named does not matter': (plan, given, budget) => {
    const turned = { hot: given.hot.toReversed(), warm: given.warm.toReversed() }
    expect(plan(turned, budget)).toEqual(plan(given, budget))
  },
  'pinned models are hot first': (plan, given, budget) => {
    const { models } = plan(given, budget)
    const isHot = new Set(models.filter(({ place }) => place === 'hot').map(({ name }) => name))
    const pinned = given.hot.filter(({ isPinned }) => isPinned === true)
    const hotPinned = bytesOf(pinned.filter(({ name }) => isHot.has(name)))
    for (const { name, bytes } of pinned) if (!isHot.has(name)) expect(bytes).toBeGreaterThan(budget - hotPinned)
  },
  'only warm models are given up, and none without need': (plan, given, budget) => {
    const { models } = plan(given, budget)
    const place = new Map(models.map((model) => [model.name, model]))
    const loaded = models.filter((model) => model.place === 'hot' || model.place === 'warm')
    for (const { evicts, bytes } of models) {
      for (const name of evicts) {
        expect(place.get(name)?.place).toBe('warm')
        const staying = loaded.filter((other) => other.name === name || !evicts.includes(other.name))
        expect(bytesOf(staying) + bytes).toBeGreaterThan(budget)
      }
    }
  },
  'what could be loaded is never called impossible': (plan, given, budget) => {
    const { models } = plan(given, budget)
    const hot = bytesOf(models.filter(({ place }) => place === 'hot'))
    for (const { place, bytes } of models) if (place === 'impossible') expect(bytes).toBeGreaterThan(budget - hot)
  },
}

/** Planners that are wrong in one way each, by the law that must catch them. */
const offenders: Record<string, Planner> = {
  'never over the budget, neither at the start nor after a model was loaded on demand': (given, budget) =>
    ours(given, budget + 5),
  'every model once, with a reason': (given, budget) => {
    const plan = ours(given, budget)
    return { ...plan, models: plan.models.filter(({ place }) => place !== 'impossible') }
  },
  'the order in which models are named does not matter': (given, budget) => {
    const first = all(given)[0]?.name
    const plan = ours(given, budget)
    return { ...plan, models: plan.models.map((model) => ({ ...model, because: `${model.because}${first}` })) }
  },
  'pinned models are hot first': ({ hot, warm }, budget) =>
    ours({ hot: hot.map(({ isPinned: _, ...model }) => model), warm }, budget),
  'only warm models are given up, and none without need': (given, budget) => {
    const plan = ours(given, budget)
    const warm = plan.models.filter(({ place }) => place === 'warm').map(({ name }) => name)
    return {
      ...plan,
      models: plan.models.map((model) => (model.place === 'on-demand' ? { ...model, evicts: warm } : model)),
    }
  },
  'what could be loaded is never called impossible': (given, budget) => {
    const plan = ours(given, budget)
    const place = (model: (typeof plan.models)[number]) => (model.place === 'on-demand' ? 'impossible' : model.place)
    return { ...plan, models: plan.models.map((model) => ({ ...model, place: place(model), evicts: [] })) }
  },
}

describe.each(Object.entries(laws))('%s', (name, law) => {
  const hold = (plan: Planner, seed?: number) =>
    fc.assert(
      fc.property(pools, fc.nat(60), (given, budget) => law(plan, given, budget)),
      { numRuns: 500, ...(seed !== undefined && { seed }) },
    )

  it('holds', () => hold(ours))

  it('catches its offender', () => {
    const offender = offenders[name]
    expect(offender).toBeDefined()
    if (offender !== undefined) expect(() => hold(offender, 7)).toThrow('Property failed')
  })
})

describe('the plan', () => {
  it('says what is hot, warm, on demand for what, and impossible', () => {
    const plan = planMemory(
      {
        hot: [
          { name: 'frontdoor', bytes: 18 * GB, isPinned: true, loadSeconds: 9 },
          { name: 'worker', bytes: 5 * GB },
        ],
        warm: [
          { name: 'architect', bytes: 133 * GB },
          { name: 'coder', bytes: 20 * GB, loadSeconds: 10, priority: 1 },
          { name: 'vision', bytes: 10 * GB, loadSeconds: 4 },
          { name: 'reasoner', bytes: 30 * GB },
        ],
      },
      machine,
      { loadBytesPerSecond: 2 * GB },
    )
    expect(plan.budgetBytes).toBe(60.8 * GB)
    expect(plan.models.map(({ name, place, evicts, loadSeconds }) => [name, place, evicts, loadSeconds])).toEqual([
      ['frontdoor', 'hot', [], 9],
      ['worker', 'hot', [], 2.5],
      ['coder', 'warm', [], 10],
      ['vision', 'warm', [], 4],
      ['reasoner', 'on-demand', ['vision', 'coder'], 15],
      ['architect', 'impossible', [], 66.5],
    ])
    expect(plan.models.at(-2)?.because).toBe(
      'It needs 30.0 GB of the 37.8 GB that are not hot; vision, coder make room and take 14.0 s to load again.',
    )
    expect(plan.models.at(-1)?.because).toBe('It needs 133 GB, and models may take 60.8 GB in all.')
  })

  it('refuses a model twice and bytes that are none', () => {
    const twice = { hot: [{ name: 'a', bytes: 1 }], warm: [{ name: 'a', bytes: 1 }] }
    expect(() => planMemory(twice, machine)).toThrow('a is in the pools twice')
    expect(() => planMemory({ hot: [{ name: 'a', bytes: Number.NaN }], warm: [] }, machine)).toThrow('got NaN')
  })
})
