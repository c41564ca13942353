import { existsSync } from 'node:fs'
import {
  defaultRole,
  escalationAfter,
  parseRegistry,
  type Registry,
  type RoleLaunch,
  readRegistryText,
  roleLaunch,
  serverOf,
} from '@foretoken/registry'
import type { FoundConfig } from './read-serve-config.js'
import type { ModelConfig, RoleConfig, ServeConfig } from './serve-config.js'

/** A configuration with the models, roles, escalations and hot pool of the registry that it names; its own entries win. */
export async function withRegistry(
  config: ServeConfig,
  exists: (path: string) => boolean = existsSync,
): Promise<FoundConfig> {
  if (config.registry === undefined) return { config, notes: [] }
  const registry = parseRegistry(await readRegistryText(config.registry), config.registry)
  const { models, roles, notes } = servedRoles(registry, { config, exists })
  const merged = {
    ...config,
    models: [...config.models, ...models],
    roles: [...config.roles, ...roles],
  }
  const frontDoor = config.frontDoor ?? registryFrontDoor(registry, merged.roles)
  return { config: { ...merged, ...(frontDoor && { frontDoor }) }, notes }
}

interface Served {
  readonly models: readonly ModelConfig[]
  readonly roles: readonly RoleConfig[]
  readonly notes: readonly string[]
}

function servedRoles(
  registry: Registry,
  { config, exists }: { readonly config: ServeConfig; readonly exists: (path: string) => boolean },
): Served {
  const models = new Map<string, ModelConfig>()
  const notes: string[] = []
  const own = new Set(config.roles.map(({ name }) => name))
  const candidates = registry.roles.filter(({ id }) => !own.has(id))
  const found = candidates.flatMap((role) => {
    const launch = roleLaunch(registry, serverOf(registry, role.id).value.role, { exists })
    const name = modelName(launch)
    const isConfigured = config.models.some((model) => model.name === name)
    if (!isConfigured && !exists(launch.launch.path)) {
      notes.push(`The role ${role.id} is not served: ${launch.launch.path} is not here.`)
      return []
    }
    if (!isConfigured) models.set(name, registryModel(name, launch, exists))
    return [{ name: role.id, tier: role.tier, purpose: role.purpose, models: [name] }]
  })
  const served = new Set([...own, ...found.map(({ name }) => name)])
  const roles = found.map((role): RoleConfig => {
    const to = nextServed(registry, role.name, served)
    return to === undefined
      ? role
      : { ...role, escalate: { to, checks: [{ kind: 'empty' }, { kind: 'loop' }], hold: false } }
  })
  return { models: [...models.values()], roles, notes }
}

/** One server runs one file in one way: another number of experts is another model. */
function modelName({ modelId, quantisation, launch }: RoleLaunch): string {
  const experts = launch.overrides?.find(({ key }) => key.endsWith('.expert_used_count'))?.value
  return `${modelId}-${quantisation}${experts === undefined ? '' : `-${experts}-experts`}`
}

function registryModel(name: string, { launch, pool }: RoleLaunch, exists: (path: string) => boolean): ModelConfig {
  const { path, draft, overrides = [] } = launch
  const experts = overrides.find(({ key }) => key.endsWith('.expert_used_count'))?.value
  return {
    name,
    engine: 'embedded',
    path,
    ...(draft?.kind === 'model' && draft.path !== undefined && exists(draft.path) && { draft: draft.path }),
    ...(typeof experts === 'number' && { experts }),
    ...(pool === 'hot' && { pin: true }),
  }
}

/** Roles that are not served are left out of the chain. */
function nextServed(registry: Registry, name: string, served: ReadonlySet<string>): string | undefined {
  const seen = new Set([name])
  for (let next = escalationAfter(registry, name).value; next !== undefined && !seen.has(next); ) {
    if (served.has(next)) return next
    seen.add(next)
    next = escalationAfter(registry, next).value
  }
  return undefined
}

/** The default role of the first tier routes, where it and two others are served. */
function registryFrontDoor(registry: Registry, roles: readonly RoleConfig[]): ServeConfig['frontDoor'] {
  const [first] = registry.tiers
  if (first === undefined) return undefined
  const door = defaultRole(registry, first.id).value
  const model = roles.find(({ name }) => name === door)?.models[0]
  const names = roles.map(({ name }) => name)
  return model === undefined || names.length < 2 ? undefined : { model, roles: names, fallback: door }
}
