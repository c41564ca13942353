import { chooseEvictions } from './choose-evictions.js'
import type { PoolMember } from './pool-member.js'

/** What the models of a pool may take. */
export interface PoolBudget {
  /** Bytes of all loaded models together. */
  readonly bytes: number
  /** Most models that are loaded at once. */
  readonly models: number
}

/** What is taken: by those that stay, and by those that are going. */
export interface Taken {
  readonly bytes: number
  readonly models: number
  readonly leavingBytes: number
  readonly leavingModels: number
}

/** What has to happen before a model can be loaded: nothing, that others have gone, that these go, or that they end their work. */
export type Room =
  | { readonly kind: 'free' }
  | { readonly kind: 'soon' }
  | { readonly kind: 'evict'; readonly members: readonly PoolMember[] }
  | { readonly kind: 'busy' }

/** Counts what the members take; `reserved` is wanted by others who come first. */
export function takenBy(members: readonly PoolMember[]): Taken {
  let [bytes, models, leavingBytes, leavingModels] = [0, 0, 0, 0]
  for (const member of members) {
    if (member.phase === 'cold') continue
    if (member.phase === 'leaving') {
      leavingBytes += member.bytes
      leavingModels++
    } else {
      bytes += member.bytes
      models++
    }
  }
  return { bytes, models, leavingBytes, leavingModels }
}

/** Says how there can be room for a member, when `idle` ones may go and `reserved` is kept for those who come first. */
export function roomFor(
  member: PoolMember,
  {
    taken,
    budget,
    reserved,
    idle,
  }: {
    readonly taken: Taken
    readonly budget: PoolBudget
    readonly reserved: PoolBudget
    readonly idle: readonly PoolMember[]
  },
): Room {
  const bytes = taken.bytes + reserved.bytes + member.bytes - budget.bytes
  const models = taken.models + reserved.models + 1 - budget.models
  if (bytes + taken.leavingBytes <= 0 && models + taken.leavingModels <= 0) return { kind: 'free' }
  if (bytes <= 0 && models <= 0) return { kind: 'soon' }
  const evicted = chooseEvictions({ bytes, models }, idle.map(evictable))
  return evicted === undefined ? { kind: 'busy' } : { kind: 'evict', members: evicted.map(({ member: one }) => one) }
}

/** A member as it is weighed. */
export function evictable(member: PoolMember): {
  readonly member: PoolMember
  readonly name: string
  readonly bytes: number
  readonly priority: number
  readonly lastUsedAt: number
} {
  const { model, bytes, lastUsedAt } = member
  return { member, name: model.name, bytes, priority: model.priority ?? 0, lastUsedAt }
}
