import type { ServingEngine } from '../serving-engine.js'
import type { Lease, PooledModel } from './pooled-model.js'
import type { Place, WaitLine } from './wait-line.js'

/** A request that waits. */
export interface Waiter extends Place {
  readonly grant: (lease: Lease) => void
  readonly refuse: (error: unknown) => void
  readonly onPosition?: (position: number) => void
  readonly onLoading?: (rate: number) => void
  /** What it was told last; −1 before. */
  position: number
}

/** A model of the pool and all that changes about it. */
export interface PoolMember {
  readonly model: PooledModel
  readonly line: WaitLine<Waiter>
  phase: 'cold' | 'loading' | 'hot' | 'leaving'
  /** Foretold until it was loaded once, then measured. */
  bytes: number
  engine?: ServingEngine
  active: number
  lastUsedAt: number
  /** When it was loaded. */
  hotAt: number
  rate: number
  /** Failures one after another. */
  failures: number
  /** Not loaded before this. */
  retryAt: number
  /** Why it could not be loaded the last time. */
  failure?: unknown
  /** Its engine failed: nobody gets a place until it is loaded anew. */
  isBroken: boolean
}

/** A member that nobody wanted yet. */
export function poolMember(model: PooledModel, line: WaitLine<Waiter>): PoolMember {
  return {
    model,
    line,
    phase: 'cold',
    bytes: model.bytes,
    active: 0,
    lastUsedAt: 0,
    hotAt: 0,
    rate: 0,
    failures: 0,
    retryAt: 0,
    isBroken: false,
  }
}

/** Whether it can be unloaded now: nobody uses it, and it may go. */
export function isIdle({ phase, active, model }: PoolMember): boolean {
  return phase === 'hot' && active === 0 && model.isPinned !== true
}

/** Tells those who wait where they stand now. */
export function tellPositions({ line }: PoolMember): void {
  for (let index = 0; index < line.length; index++) {
    const waiter = line.at(index)
    if (waiter === undefined || waiter.position === index) continue
    waiter.position = index
    waiter.onPosition?.(index)
  }
}
