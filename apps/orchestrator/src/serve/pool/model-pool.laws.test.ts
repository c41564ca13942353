import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type ManualClock, manualClock } from '../../../test/manual-clock.js'
import { scriptedEngine } from '../../../test/scripted-engine.js'
import type { ServingEngine } from '../serving-engine.js'
import { type ModelPool, modelPool, type PoolRules } from './model-pool.js'
import type { PoolMember } from './pool-member.js'
import type { PooledModel } from './pooled-model.js'

const budgetBytes = 10
const agingMs = 100
const sizes = { pinned: 3, small: 2, middle: 4, large: 7 } as const
type Name = keyof typeof sizes
const names = Object.keys(sizes) as readonly Name[]

type Operation =
  | { readonly kind: 'want'; readonly name: Name; readonly priority: number }
  | { readonly kind: 'release'; readonly which: number; readonly isLost: boolean }
  | { readonly kind: 'cancel'; readonly which: number }
  | { readonly kind: 'loaded'; readonly which: number; readonly moreBytes: number }
  | { readonly kind: 'failed'; readonly which: number }
  | { readonly kind: 'tick'; readonly ms: number }

const which = fc.nat(20)
const operation: fc.Arbitrary<Operation> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('want' as const),
      name: fc.constantFrom(...names),
      priority: fc.integer({ min: -1, max: 1 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('release' as const),
      which,
      isLost: fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, fc.constant(true)),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('cancel' as const), which }) },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('loaded' as const),
      which,
      moreBytes: fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, fc.constantFrom(1, 2)),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('failed' as const), which }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('tick' as const), ms: fc.nat(400) }) },
)

interface Asked {
  readonly name: Name
  readonly priority: number
  readonly ticket: number
  readonly arrivedAt: number
  readonly controller: AbortController
  position: number
}

interface Held {
  readonly name: Name
  readonly engine: ServingEngine
  readonly release: (options?: { isLost?: boolean }) => void
}

interface Loading {
  readonly name: Name
  readonly done: (engine: ServingEngine) => void
  readonly failed: (error: Error) => void
}

/** A pool that is watched: what it does is held against what a plain list of requests says that it may do. */
class WatchedPool {
  readonly clock: ManualClock = manualClock()
  readonly waiting: Asked[] = []
  readonly held: Held[] = []
  readonly loading: Loading[] = []
  readonly #alive = new Map<ServingEngine, { readonly name: Name; readonly bytes: number }>()
  readonly #known = new Map<Name, number>()
  readonly #pool: ModelPool
  readonly #watched: string
  #ticket = 0
  readonly #broken = new Set<string>()
  readonly #lost = new Set<ServingEngine>()
  #isOver = false
  served = 0

  constructor(rules: Partial<PoolRules>, watched: string) {
    this.#watched = watched
    const models = names.map(
      (name): PooledModel => ({
        name,
        bytes: sizes[name],
        isPinned: name === 'pinned',
        ...(name === 'small' && { ttlMs: 300 }),
        start: () => this.#start(name),
      }),
    )
    this.#pool = modelPool({ models, budgetBytes, agingMs, patienceMs: 500, clock: this.clock, rules })
  }

  async apply(operation: Operation): Promise<void> {
    if (operation.kind === 'want') this.#want(operation)
    else if (operation.kind === 'tick') this.clock.advance(operation.ms)
    else if (operation.kind === 'release') this.#release(operation)
    else if (operation.kind === 'cancel') pick(this.waiting, operation.which)?.controller.abort()
    else this.#settleLoad(operation)
    for (let turn = 0; turn < 30; turn++) await Promise.resolve()
    this.#check()
  }

  /** Ends all that is open until nobody waits. */
  async drain(): Promise<void> {
    for (let turn = 0; turn < 500 && this.waiting.length + this.held.length + this.loading.length > 0; turn++) {
      await this.apply({ kind: 'release', which: 0, isLost: false })
      await this.apply({ kind: 'loaded', which: 0, moreBytes: 0 })
      await this.apply({ kind: 'tick', ms: 100 })
    }
    if (this.waiting.length > 0) this.#breaks('drains', `${this.waiting.length} wait for ever`)
    this.#check()
    this.#isOver = true
    await this.#pool[Symbol.asyncDispose]()
  }

  #want({ name, priority }: Extract<Operation, { kind: 'want' }>): void {
    const controller = new AbortController()
    const arrivedAt = this.clock.now()
    const asked: Asked = { name, priority, ticket: this.#ticket++, arrivedAt, controller, position: -1 }
    this.waiting.push(asked)
    const leave = () => this.waiting.splice(this.waiting.indexOf(asked), 1)
    const onPosition = (position: number) => {
      asked.position = position
    }
    this.#pool.want(name, { priority, signal: controller.signal, onPosition }).then(
      ({ engine, release }) => {
        leave()
        const earlier = this.waiting.find(
          (other) => other.name === name && other.priority === priority && other.ticket < asked.ticket,
        )
        if (earlier !== undefined) this.#breaks('order', `${asked.ticket} is served before ${earlier.ticket}`)
        if (!this.#alive.has(engine)) this.#breaks('life', `${name} is handed out after its end`)
        this.held.push({ name, engine, release })
        if (this.held.filter((one) => one.engine === engine).length > 2) this.#breaks('slots', `${name} is overfull`)
        this.served++
      },
      () => leave(),
    )
  }

  #release({ which: index, isLost }: Extract<Operation, { kind: 'release' }>): void {
    const lease = pick(this.held, index)
    if (lease === undefined) return
    this.held.splice(this.held.indexOf(lease), 1)
    if (isLost) this.#lost.add(lease.engine)
    lease.release({ isLost })
  }

  #settleLoad(operation: Extract<Operation, { kind: 'loaded' | 'failed' }>): void {
    const load = pick(this.loading, operation.which)
    if (load === undefined) return
    this.loading.splice(this.loading.indexOf(load), 1)
    if (operation.kind === 'failed') {
      load.failed(new Error('it cannot be read'))
      return
    }
    const bytes = sizes[load.name] + (load.name === 'pinned' ? 0 : operation.moreBytes)
    const engine: ServingEngine = scriptedEngine({ slots: 2, memoryBytes: bytes, onDispose: () => this.#end(engine) })
    this.#known.set(load.name, bytes)
    this.#alive.set(engine, { name: load.name, bytes })
    load.done(engine)
  }

  #start(name: Name): Promise<ServingEngine> {
    const isThere = [...this.#alive.values()].some((one) => one.name === name)
    if (isThere || this.loading.some((one) => one.name === name)) this.#breaks('once', `${name} is loaded twice`)
    const taken = [...this.#alive.values()].reduce((sum, one) => sum + one.bytes, 0)
    const coming = this.loading.reduce((sum, one) => sum + this.#bytes(one.name), 0)
    if (taken + coming + this.#bytes(name) > budgetBytes) this.#breaks('budget', `${name} is loaded over the budget`)
    return new Promise((done, failed) => this.loading.push({ name, done, failed }))
  }

  #bytes(name: Name): number {
    return this.#known.get(name) ?? sizes[name]
  }

  #end(engine: ServingEngine): void {
    const name = this.#alive.get(engine)?.name
    this.#alive.delete(engine)
    if (this.held.some((one) => one.engine === engine)) this.#breaks('use', `${name} is unloaded in use`)
    if (name === 'pinned' && !this.#lost.has(engine) && !this.#isOver) this.#breaks('pin', 'a pinned model is unloaded')
  }

  #check(): void {
    const taken = [...this.#alive.values()].reduce((sum, one) => sum + one.bytes, 0)
    if (taken > budgetBytes) this.#breaks('budget', `${taken} bytes are taken`)
    for (const name of names) {
      const due = ({ arrivedAt, priority }: Asked) => arrivedAt - priority * agingMs
      const line = this.waiting
        .filter((asked) => asked.name === name)
        .toSorted((one, other) => due(one) - due(other) || one.ticket - other.ticket)
      for (const [index, asked] of line.entries())
        if (asked.position !== index) this.#breaks('position', `${asked.position} is told instead of ${index}`)
    }
    if (this.#broken.size > 0) throw new Error([...this.#broken].join('; '))
  }

  #breaks(law: string, what: string): void {
    if (law.startsWith(this.#watched)) this.#broken.add(`${law}: ${what}`)
  }
}

function pick<T>(list: readonly T[], index: number): T | undefined {
  return list.length === 0 ? undefined : list[index % list.length]
}

/** Watches one law, or all of them. */
function property(rules: Partial<PoolRules>, watched: string, seen: (served: number) => void = () => {}) {
  const operations = fc.array(operation, { minLength: 10, maxLength: 80, size: 'max' })
  return fc.asyncProperty(operations, async (all) => {
    const pool = new WatchedPool(rules, watched)
    for (const one of all) await pool.apply(one)
    await pool.drain()
    seen(pool.served)
  })
}

test('never over its budget, never twice, never what is used or pinned, in order, and everybody is served', async () => {
  const served: number[] = []
  await fc.assert(
    property({}, '', (count) => served.push(count)),
    { numRuns: 300 },
  )
  expect(served.filter((count) => count >= 3).length).toBeGreaterThan(served.length / 3)
})

describe('a pool is caught that breaks the law of', () => {
  const offenders: Readonly<Record<string, Partial<PoolRules>>> = {
    budget: { roomFor: () => ({ kind: 'free' }) },
    once: { mayLoad: forgetful },
    use: { isIdle: ({ phase, model }) => phase === 'hot' && model.isPinned !== true },
    pin: { isIdle: ({ phase, active }) => phase === 'hot' && active === 0 },
    order: { order: (one, other) => other.ticket - one.ticket },
    position: { order: (one, other) => one.ticket - other.ticket },
    drains: { mayLoad: ({ model }) => model.name !== 'large' },
  }
  test.each(Object.entries(offenders))('%s', async (law, rules) => {
    const result = await fc.check(property(rules, law), { numRuns: 300, endOnFailure: true })
    expect(String(result.errorInstance)).toContain(`${law}:`)
  })
})

/** Does not know a moment later that a model is being loaded. */
function forgetful(member: PoolMember): boolean {
  queueMicrotask(() => {
    if (member.phase === 'loading') member.phase = 'cold'
  })
  return true
}
