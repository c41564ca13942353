import type { Registry } from '../registry-file/registry.js'
import type { PoolMember } from '../registry-file/registry-roles.js'
import type { MemoryPools, PoolModel } from './memory-pools.js'
import { roleLaunch } from './role-launch.js'

/** The pools of a registry as {@link planMemory} takes them. */
export interface RegistryPools extends MemoryPools {
  /** Models whose size the registry does not say, in sentences. */
  readonly notes: readonly string[]
}

/**
 * Models of the registry's pools, and those that serve a role of a pool. One that several roles share is one, and hot where
 * one of them is; the one that serves the default role of the first tier is pinned. Load times follow from the measured file
 * of the nearest size.
 */
export function registryPools(registry: Registry): RegistryPools {
  const { pools } = registry
  const notes: string[] = []
  const known = new Set([...pools.hot, ...pools.warm].map(({ model }) => model))
  const hot = new Map([...pools.hot, ...keptHot(registry)].map((member) => [memberName(member), { ...member }]))
  const warm = new Map(pools.warm.map((member) => [memberName(member), { ...member }]))
  for (const role of registry.roles) {
    if (role.pool === undefined || role.assignments[0]?.sharesServerOf !== undefined) continue
    const { modelId, quantisation, bytes } = roleLaunch(registry, role.id, { exists: () => true })
    if (known.has(modelId)) continue
    known.add(modelId)
    if (bytes === undefined) {
      notes.push(
        `The registry does not say how large ${modelId} ${quantisation} is, which serves ${role.id}: it is not planned.`,
      )
      continue
    }
    const member = { model: modelId, quantisation, bytes, source: '' }
    ;(role.pool === 'hot' ? hot : warm).set(memberName(member), member)
  }
  // What is kept need not be loaded.
  for (const name of hot.keys()) warm.delete(name)
  const front = registry.tiers[0]?.defaultRole
  const pinned = front === undefined ? undefined : roleLaunch(registry, front, { exists: () => true }).modelId
  const poolModel = (member: PoolMember): PoolModel => {
    const seconds = loadSeconds(registry, member.bytes)
    return {
      name: memberName(member),
      bytes: member.bytes,
      ...(member.model === pinned && { isPinned: true }),
      ...(seconds !== undefined && { loadSeconds: seconds }),
    }
  }
  return { hot: [...hot.values()].map(poolModel), warm: [...warm.values()].map(poolModel), notes }
}

/** Members of the warm pool that a role keeps hot. */
function keptHot({ pools, roles }: Registry): readonly PoolMember[] {
  const kept = new Set(roles.flatMap(({ pool, assignments }) => (pool === 'hot' ? [assignments[0]?.model] : [])))
  return pools.warm.filter(({ model }) => kept.has(model))
}

function memberName({ model, quantisation }: Pick<PoolMember, 'model' | 'quantisation'>): string {
  return quantisation === undefined ? model : `${model} ${quantisation}`
}

/** In proportion to the measured file whose size is the nearest. */
function loadSeconds({ loadTimes }: Registry, bytes: number): number | undefined {
  const distance = (other: number) => Math.abs(Math.log(other / bytes))
  const [nearest] = loadTimes.toSorted((one, other) => distance(one.bytes) - distance(other.bytes))
  return nearest && (nearest.seconds * bytes) / nearest.bytes
}
