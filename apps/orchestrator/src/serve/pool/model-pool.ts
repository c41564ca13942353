import { SpeculationError } from '@foretoken/contract'
import { type Clock, processClock } from './clock.js'
import { type Barrier, barrierFor, coldOnes } from './pool-barrier.js'
import { aborted, closing, messageOf, queueFull, retryLater, seconds, tooLarge } from './pool-errors.js'
import { type PoolLoading, poolLoading } from './pool-loading.js'
import { isIdle, type PoolMember, poolMember, tellPositions, type Waiter } from './pool-member.js'
import { type PoolBudget, roomFor, takenBy } from './pool-room.js'
import type { Lease, PoolEvent, PooledModel, PoolModelState, WantOptions } from './pooled-model.js'
import { byPriorityAndAge, type PlaceOrder, waitLine } from './wait-line.js'

/** Options of {@link modelPool}. */
export interface ModelPoolOptions {
  readonly models: readonly PooledModel[]
  /** Bytes that all loaded models may take together. */
  readonly budgetBytes: number
  /**
   * Most models that are loaded at once (1 or more).
   * @defaultValue no limit
   */
  readonly maxLoaded?: number
  /**
   * Most requests that wait (1 or more).
   * @defaultValue 256
   */
  readonly maxQueued?: number
  /**
   * Lead that one step of priority gives, in milliseconds.
   * @defaultValue 10000
   */
  readonly agingMs?: number
  /**
   * How long a request waits for room, and a model stays, before busy models have to give way, in milliseconds.
   * @defaultValue 10000
   */
  readonly patienceMs?: number
  readonly onEvent?: (event: PoolEvent) => void
  /**
   * Time.
   * @defaultValue the process's own
   */
  readonly clock?: Clock
  /**
   * What is served first, and what may go; other rules are for tests of the tests.
   * @defaultValue the pool's own
   */
  readonly rules?: Partial<PoolRules>
}

/** What a pool goes by. */
export interface PoolRules {
  readonly order: PlaceOrder
  readonly isIdle: (member: PoolMember) => boolean
  readonly roomFor: typeof roomFor
  readonly mayLoad: (member: PoolMember) => boolean
}

/** Models that share the memory of a machine, and who waits for them. */
export interface ModelPool extends AsyncDisposable {
  /**
   * A place at a model, which is loaded where it is not. Throws `ERR_MODEL_UNKNOWN`, `ERR_BUDGET_EXCEEDED` where too many wait
   * or it can never fit, `ERR_ABORTED`, and what the model's start threw.
   */
  want(name: string, options: WantOptions): Promise<Lease>
  /** Loads the pinned models; those that fail are told as events, and the first failure is thrown. */
  loadPinned(onLoading?: (name: string, rate: number) => void): Promise<void>
  models(): readonly PoolModelState[]
  /** Bytes that loaded models are charged with, those that are going included. */
  usedBytes(): number
}

/** A pool of models under a budget. Unloads only what nobody uses, and never a pinned model. */
export function modelPool(options: ModelPoolOptions): ModelPool {
  return new Pool(options)
}

class Pool implements ModelPool {
  readonly #members: ReadonlyMap<string, PoolMember>
  readonly #budget: PoolBudget
  readonly #maxQueued: number
  readonly #patienceMs: number
  readonly #clock: Clock
  readonly #rules: PoolRules
  readonly #loading: PoolLoading
  #ticket = 0
  #cancelTimer: () => void = () => {}
  #closed = false

  constructor(options: ModelPoolOptions) {
    const { agingMs = 10_000, patienceMs = 10_000, maxQueued = 256, clock = processClock } = options
    const rules = { order: byPriorityAndAge(agingMs), isIdle, roomFor, mayLoad: isCold, ...options.rules }
    this.#members = new Map(
      options.models.map((model) => [model.name, poolMember(model, waitLine<Waiter>(rules.order))]),
    )
    this.#budget = { bytes: options.budgetBytes, models: options.maxLoaded ?? Number.POSITIVE_INFINITY }
    this.#maxQueued = maxQueued
    this.#patienceMs = patienceMs
    this.#clock = clock
    this.#rules = rules
    this.#loading = poolLoading({
      clock,
      budgetBytes: options.budgetBytes,
      onEvent: options.onEvent ?? (() => {}),
      usedBytes: () => this.usedBytes(),
      assertFits: (member) => this.#assertFits(member),
      onChange: () => this.#advance(),
    })
  }

  async want(name: string, { signal, priority = 0, onPosition, onLoading }: WantOptions): Promise<Lease> {
    const member = this.#member(name)
    this.#assertWantable(member, signal)
    let leave = () => {}
    try {
      return await new Promise<Lease>((grant, refuse) => {
        const listeners = { ...(onPosition && { onPosition }), ...(onLoading && { onLoading }) }
        const place = { ticket: this.#ticket++, arrivedAt: this.#clock.now(), priority, position: -1 }
        const waiter: Waiter = { ...place, ...listeners, grant, refuse }
        leave = () => {
          if (!member.line.remove(waiter)) return
          refuse(aborted())
          this.#advance()
        }
        signal.addEventListener('abort', leave, { once: true })
        member.line.add(waiter)
        this.#advance()
        if (this.#queued() > this.#maxQueued && member.line.remove(waiter)) refuse(queueFull(this.#maxQueued))
      })
    } finally {
      signal.removeEventListener('abort', leave)
    }
  }

  async loadPinned(onLoading?: (name: string, rate: number) => void): Promise<void> {
    const { signal } = new AbortController()
    const pinned = [...this.#members.values()].filter(({ model }) => model.isPinned === true)
    const loaded = await Promise.allSettled(
      pinned.map(async ({ model: { name } }) => {
        const lease = await this.want(name, { signal, onLoading: (rate) => onLoading?.(name, rate) })
        lease.release()
      }),
    )
    const failed = loaded.find((one) => one.status === 'rejected')
    if (failed !== undefined) throw failed.reason
  }

  models(): readonly PoolModelState[] {
    return [...this.#members.values()].map((member) => ({
      name: member.model.name,
      phase: member.phase,
      ...(member.engine && member.phase === 'hot' && { engine: member.engine }),
      bytes: member.phase === 'cold' ? 0 : member.bytes,
      active: member.active,
      queued: member.line.length,
      isPinned: member.model.isPinned === true,
      rate: member.rate,
      ...(member.failure !== undefined && { failure: messageOf(member.failure) }),
    }))
  }

  usedBytes(): number {
    const { bytes, leavingBytes } = takenBy([...this.#members.values()])
    return bytes + leavingBytes
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true
    this.#cancelTimer()
    for (const { line } of this.#members.values()) for (const waiter of line.clear()) waiter.refuse(closing())
    await this.#loading.close([...this.#members.values()])
  }

  #member(name: string): PoolMember {
    const member = this.#members.get(name)
    if (member !== undefined) return member
    const known = [...this.#members.keys()].join(', ')
    throw new SpeculationError('ERR_MODEL_UNKNOWN', `there is no model "${name}"; known are ${known}`)
  }

  #assertWantable(member: PoolMember, signal: AbortSignal): void {
    if (this.#closed) throw closing()
    if (signal.aborted) throw aborted()
    const waitMs = member.retryAt - this.#clock.now()
    if (member.phase === 'cold' && waitMs > 0) throw retryLater(member, waitMs)
    this.#assertFits(member)
  }

  #assertFits(member: PoolMember): void {
    const pinnedBytes = [...this.#members.values()]
      .filter((other) => other.model.isPinned === true && other !== member)
      .reduce((sum, { bytes }) => sum + bytes, 0)
    if (member.bytes + pinnedBytes > this.#budget.bytes) throw tooLarge(member, pinnedBytes, this.#budget.bytes)
  }

  /** Brings the pool to rest: everything that can be done now is done, and the next thing that time brings is awaited. */
  #advance(): void {
    if (this.#closed) return
    const members = [...this.#members.values()]
    const now = this.#clock.now()
    this.#expire(members, now)
    this.#refuseTooLarge(members)
    const { order } = this.#rules
    const { barrier, at } = barrierFor({ members, budget: this.#budget, order, patienceMs: this.#patienceMs, now })
    for (const member of members) this.#admit(member, barrier)
    this.#makeRoom(members, barrier)
    for (const member of members) tellPositions(member)
    this.#arm(members, at)
  }

  #expire(members: readonly PoolMember[], now: number): void {
    for (const member of members) {
      const { ttlMs } = member.model
      if (member.phase !== 'hot' || member.active > 0) continue
      if (member.isBroken) this.#loading.unload(member, 'its engine failed')
      else if (ttlMs !== undefined && this.#rules.isIdle(member) && member.lastUsedAt + ttlMs <= now)
        this.#loading.unload(member, `nobody asked for it for ${seconds(ttlMs)}`)
    }
  }

  /** What a model takes is known once it was loaded: one that has gone since, and fits no more, is not waited for in vain. */
  #refuseTooLarge(members: readonly PoolMember[]): void {
    for (const member of members) {
      if (member.phase !== 'cold' || member.line.length === 0) continue
      try {
        this.#assertFits(member)
      } catch (error) {
        for (const waiter of member.line.clear()) waiter.refuse(error)
      }
    }
  }

  #admit(member: PoolMember, barrier: Barrier | undefined): void {
    const { engine, line } = member
    if (member.phase !== 'hot' || engine === undefined || member.isBroken) return
    const isBarred = barrier?.members.includes(member) === true
    for (let head = line.head; head !== undefined && member.active < engine.facts.slots; head = line.head) {
      if (isBarred && this.#rules.order(head, barrier.waiter) > 0) return
      line.remove(head)
      member.active++
      head.grant(this.#lease(member, head))
    }
  }

  #lease(member: PoolMember, { arrivedAt }: Waiter): Lease {
    let isOpen = true
    const engine = member.engine as NonNullable<PoolMember['engine']>
    return {
      engine,
      waitedMs: this.#clock.now() - arrivedAt,
      release: ({ isLost = false } = {}) => {
        if (!isOpen) return
        isOpen = false
        member.active--
        member.lastUsedAt = this.#clock.now()
        if (isLost) this.#loading.lose(member)
        else member.failures = 0
        this.#advance()
      },
    }
  }

  #makeRoom(members: readonly PoolMember[], barrier: Barrier | undefined): void {
    const reserved = { bytes: 0, models: 0 }
    for (const member of coldOnes(members, this.#rules.order, this.#clock.now())) {
      const idle = members.filter((one) => this.#rules.isIdle(one))
      const room = this.#rules.roomFor(member, { taken: takenBy(members), budget: this.#budget, reserved, idle })
      if (room.kind === 'free') {
        if (this.#rules.mayLoad(member)) this.#loading.load(member)
        continue
      }
      if (room.kind === 'evict')
        for (const one of room.members) this.#loading.unload(one, `${member.model.name} needs its room`)
      // What is being freed for one is not taken by those behind it; nor what busy models free for one that waited long.
      if (room.kind === 'busy' && barrier?.waiter !== member.line.head) continue
      reserved.bytes += member.bytes
      reserved.models++
    }
  }

  #arm(members: readonly PoolMember[], barrierAt: number | undefined): void {
    this.#cancelTimer()
    const expiries = members.flatMap(({ phase, active, lastUsedAt, model: { ttlMs, isPinned } }) =>
      phase === 'hot' && active === 0 && ttlMs !== undefined && isPinned !== true ? [lastUsedAt + ttlMs] : [],
    )
    const retries = members.flatMap(({ phase, line, retryAt }) =>
      phase === 'cold' && line.length > 0 && retryAt > this.#clock.now() ? [retryAt] : [],
    )
    const next = Math.min(...expiries, ...retries, barrierAt ?? Number.POSITIVE_INFINITY)
    if (next === Number.POSITIVE_INFINITY) return
    this.#cancelTimer = this.#clock.after(Math.max(1, Math.ceil(next - this.#clock.now())), () => this.#advance())
  }

  #queued(): number {
    return [...this.#members.values()].reduce((sum, { line }) => sum + line.length, 0)
  }
}

function isCold({ phase }: PoolMember): boolean {
  return phase === 'cold'
}
