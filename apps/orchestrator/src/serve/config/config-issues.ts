import type { FileConfig, FileModel, FileRole } from './file-config.js'

/** Something wrong between the entries of a configuration, and where. */
export interface ConfigIssue {
  readonly path: readonly PropertyKey[]
  readonly message: string
}

/** What a schema cannot say: names that stand twice or for nothing, chains that end nowhere, settings that exclude each other. */
export function configIssues(config: FileConfig): readonly ConfigIssue[] {
  return [
    ...doubles(config),
    ...modelIssues(config),
    ...roleIssues(config),
    ...frontDoorIssues(config),
    ...keyIssues(config),
  ]
}

function doubles(config: FileConfig): ConfigIssue[] {
  return (['models', 'roles', 'keys'] as const).flatMap((list) => {
    const seen = new Set<string>()
    return (config[list] ?? []).flatMap(({ name }, index) => {
      if (list === 'models' && name === 'auto')
        return [{ path: [list, index, 'name'], message: '"auto" means the front door' }]
      if (!seen.has(name)) {
        seen.add(name)
        return []
      }
      return [{ path: [list, index, 'name'], message: `"${name}" stands twice` }]
    })
  })
}

function modelIssues({ models = [], registry }: FileConfig): ConfigIssue[] {
  if (models.length === 0 && registry === undefined) return [{ path: ['models'], message: 'there is no model' }]
  return models.flatMap((model, index) =>
    oneModel(model).map(({ path, message }) => ({ path: ['models', index, ...path], message })),
  )
}

function oneModel(model: FileModel): ConfigIssue[] {
  const { engine = model.upstreams === undefined ? 'embedded' : 'remote', path, upstreams } = model
  const found: ConfigIssue[] = []
  const refuse = (key: keyof FileModel, message: string) => {
    if (model[key] !== undefined) found.push({ path: [key], message })
  }
  if (engine === 'remote') {
    if (upstreams === undefined) found.push({ path: [], message: 'a remote model needs upstreams' })
    for (const key of [
      'path',
      'draft',
      'context',
      'threads',
      'experts',
      'snapshots',
      'embeddings',
      'mmproj',
      'rpc',
    ] as const)
      refuse(key, `a remote model has no ${key}: its server decides that`)
    return found
  }
  if (path === undefined) found.push({ path: [], message: 'a model needs the path of its GGUF file, or upstreams' })
  for (const key of ['upstreams', 'dialect', 'images'] as const)
    refuse(key, `only a remote model has ${key}, and this one is ${engine}`)
  if (engine === 'embedded')
    for (const key of ['mmproj', 'rpc', 'serves'] as const) refuse(key, `${key} needs engine: llama-server`)
  else
    for (const key of ['snapshots', 'embeddings'] as const)
      refuse(key, `only an embedded model has ${key}, and this one is ${engine}`)
  return found
}

function roleIssues({ models = [], roles = [], registry }: FileConfig): ConfigIssue[] {
  const known = new Set(models.map(({ name }) => name))
  const byName = new Map(roles.map((role) => [role.name, role]))
  return roles.flatMap((role, index) => {
    const at = (path: readonly PropertyKey[], message: string) => ({ path: ['roles', index, ...path], message })
    // A registry's models and roles are known only when it was read.
    const missing = role.models.flatMap((name, place) =>
      known.has(name) || registry !== undefined ? [] : [at(['models', place], `there is no model "${name}"`)],
    )
    if (role.escalate === undefined) return missing
    const patterns = role.escalate.check.flatMap((one, place) =>
      one.kind === 'regex' && !isPattern(one.pattern) ? [at(['escalate', 'check', place], 'it is no pattern')] : [],
    )
    const { to } = role.escalate
    if (!byName.has(to) && registry === undefined)
      return [...missing, ...patterns, at(['escalate', 'to'], `there is no role "${to}"`)]
    return leadsBack(role.name, byName)
      ? [...missing, ...patterns, at(['escalate', 'to'], `"${role.name}" escalates to itself in the end`)]
      : [...missing, ...patterns]
  })
}

function leadsBack(name: string, roles: ReadonlyMap<string, FileRole>): boolean {
  let next = roles.get(name)?.escalate?.to
  for (let steps = 0; next !== undefined && steps <= roles.size; steps++) {
    if (next === name) return true
    next = roles.get(next)?.escalate?.to
  }
  return false
}

function isPattern(pattern: string): boolean {
  try {
    new RegExp(pattern, 'u')
    return true
  } catch {
    return false
  }
}

function frontDoorIssues({ frontDoor, models = [], roles = [], registry }: FileConfig): ConfigIssue[] {
  if (frontDoor === undefined || registry !== undefined) return []
  const at = (path: readonly PropertyKey[], message: string) => ({ path: ['frontDoor', ...path], message })
  const known = new Set(roles.map(({ name }) => name))
  const chosen = frontDoor.roles ?? [...known]
  return [
    ...(models.some(({ name }) => name === frontDoor.model)
      ? []
      : [at(['model'], `there is no model "${frontDoor.model}"`)]),
    ...chosen.flatMap((name, index) => (known.has(name) ? [] : [at(['roles', index], `there is no role "${name}"`)])),
    ...(chosen.length < 2 ? [at([], 'it needs at least two roles to choose among')] : []),
    ...(frontDoor.fallback === undefined || chosen.includes(frontDoor.fallback)
      ? []
      : [at(['fallback'], `"${frontDoor.fallback}" is not among its roles`)]),
  ]
}

function keyIssues({ keys = [] }: FileConfig): ConfigIssue[] {
  return keys.flatMap(({ environment, sha256 }, index) =>
    (environment === undefined) === (sha256 === undefined)
      ? [{ path: ['keys', index], message: 'a key has environment or sha256, and not both; never the key itself' }]
      : [],
  )
}
