import { chooseEvictions } from './choose-evictions.js'
import { isIdle, type PoolMember, type Waiter } from './pool-member.js'
import { evictable, type PoolBudget, roomFor, takenBy } from './pool-room.js'
import type { PlaceOrder } from './wait-line.js'

/** Busy models that take no later requests, so that a model that waits for their room gets it. */
export interface Barrier {
  readonly waiter: Waiter
  readonly members: readonly PoolMember[]
}

/** What a barrier is computed from. */
export interface BarrierQuestion {
  readonly members: readonly PoolMember[]
  readonly budget: PoolBudget
  readonly order: PlaceOrder
  /** How long a request waits, and a model stays, before busy ones have to give way. */
  readonly patienceMs: number
  readonly now: number
}

/**
 * The barrier for the request that waits for room first, or when there may be one. A model that was loaded has its
 * `patienceMs`, too: otherwise requests that come in turns would have models loaded in turns.
 */
export function barrierFor(question: BarrierQuestion): { readonly barrier?: Barrier; readonly at?: number } {
  const { members, budget, order, patienceMs, now } = question
  const first = coldOnes(members, order, now)[0]
  const waiter = first?.line.head
  if (first === undefined || waiter === undefined) return {}
  const taken = takenBy(members)
  const reserved = { bytes: 0, models: 0 }
  // One that others wait for is about to be used.
  const idle = members.filter((one) => isIdle(one) && one.line.length === 0)
  if (roomFor(first, { taken, budget, reserved, idle }).kind !== 'busy') return {}
  const at = waiter.arrivedAt + patienceMs
  if (at > now) return { at }
  const lack = { bytes: taken.bytes + first.bytes - budget.bytes, models: taken.models + 1 - budget.models }
  const giving = members.filter(({ phase, model }) => phase === 'hot' && model.isPinned !== true)
  const ripe = giving.filter(({ hotAt }) => hotAt + patienceMs <= now)
  const chosen = chooseEvictions(lack, ripe.map(evictable))
  if (chosen !== undefined) return { barrier: { waiter, members: chosen.map(({ member }) => member) } }
  const ripening = giving.map(({ hotAt }) => hotAt + patienceMs).filter((ms) => ms > now)
  return ripening.length === 0 ? {} : { at: Math.min(...ripening) }
}

/** Models that are wanted, not loaded, and may be tried, in the order in which their requests are served. */
export function coldOnes(members: readonly PoolMember[], order: PlaceOrder, now: number): readonly PoolMember[] {
  const heads = (one: PoolMember, other: PoolMember) => order(one.line.head as Waiter, other.line.head as Waiter)
  return members
    .filter(({ phase, line, retryAt }) => phase === 'cold' && line.length > 0 && retryAt <= now)
    .toSorted(heads)
}
