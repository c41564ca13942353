import { SpeculationError } from '@foretoken/contract'
import type { MachineFacts } from '../machine/machine-facts.js'
import type { Registry } from '../registry-file/registry.js'
import type { Constraint, RegistryModel } from '../registry-file/registry-models.js'
import type { Assignment, Role } from '../registry-file/registry-roles.js'
import type { LaunchModel, LaunchOverride } from './launch-model.js'
import type { LaunchOptions, LaunchPlan } from './launch-plan.js'
import { modelPlace } from './model-place.js'
import { planLaunch } from './plan-launch.js'
import { selects } from './selects.js'

/** A role with the model that serves it now. */
export interface RoleLaunch {
  /** Of the server: another one where the role shares it. */
  readonly role: string
  /** Id of the model in the registry. */
  readonly modelId: string
  readonly quantisation: string
  /** Size of its file; absent where the registry does not say. */
  readonly bytes?: number
  readonly pool?: 'hot' | 'warm'
  readonly launch: LaunchModel
  /** What the registry does not say, or forbids, in sentences. */
  readonly notes: readonly string[]
}

/** Options of {@link roleLaunch}. */
export interface RoleLaunchOptions {
  /**
   * Whether there is a file or a folder of that path.
   * @defaultValue looks at the disk
   */
  readonly exists?: (path: string) => boolean
}

/** How a role of a registry is served: the newest assignment decides. Throws `ERR_OPTION_INVALID` for an unknown role. */
export function roleLaunch(registry: Registry, name: string, options: RoleLaunchOptions = {}): RoleLaunch {
  const asked = roleNamed(registry, name)
  const shared = asked.assignments[0]?.sharesServerOf
  const role = shared === undefined ? asked : roleNamed(registry, shared)
  const assignment = role.assignments[0]
  const model = registry.models.find(({ id }) => id === assignment?.model)
  if (assignment === undefined || model === undefined) {
    throw new SpeculationError('ERR_OPTION_INVALID', `the role ${role.id} has no model; assign one in the registry`)
  }
  const place = modelPlace(registry, model, { wanted: assignment.quantisation, ...options })
  const forbidden = registry.constraints.filter((constraint) => selects(constraint, model))
  const drafting = draftingOf(registry, { assignment, forbidden, options })
  const sharing = registry.roles.filter(({ assignments }) => assignments[0]?.sharesServerOf === role.id)
  const aliases = [...(role.aliases ?? []), ...sharing.flatMap((other) => [other.id, ...(other.aliases ?? [])])]
  const overrides = expertOverride(registry, { model, experts: assignment.experts })
  return {
    role: role.id,
    modelId: model.id,
    quantisation: place.quantisation,
    ...(place.bytes !== undefined && { bytes: place.bytes }),
    ...(role.pool !== undefined && { pool: role.pool }),
    launch: {
      name: role.id,
      path: place.path,
      ...(aliases.length > 0 && { aliases }),
      ...(role.port !== undefined && { port: role.port }),
      ...(isEmbedder(model) && { embeds: true }),
      ...(overrides.overrides.length > 0 && { overrides: overrides.overrides }),
      ...drafting.launch,
    },
    notes: [...place.notes, ...overrides.notes, ...drafting.notes, ...gaps(role, model)],
  }
}

/** How a role of a registry is started on a machine, with a sentence for every choice. */
export function planRole(
  registry: Registry,
  name: string,
  { machine, ...options }: LaunchOptions & RoleLaunchOptions & { readonly machine: MachineFacts },
): LaunchPlan {
  return planLaunch(roleLaunch(registry, name, options).launch, machine, options)
}

function roleNamed({ roles }: Registry, name: string): Role {
  const role = roles.find(({ id, aliases = [] }) => id === name || aliases.includes(name))
  if (role !== undefined) return role
  const known = roles.map(({ id }) => id).join(', ')
  throw new SpeculationError('ERR_OPTION_INVALID', `there is no role ${JSON.stringify(name)}; known are ${known}`, {
    details: { role: name },
  })
}

/** What a command lacks since the registry does not say it. */
function gaps({ port, lastPort }: Role, { name, architecture, vision = false }: RegistryModel): readonly string[] {
  return [
    ...(port === undefined || lastPort === undefined
      ? []
      : [`Ports ${port} to ${lastPort} have a server each; this is the first.`]),
    ...(architecture === undefined
      ? [`The registry does not name the architecture of ${name}: add --embedding if it gives vectors.`]
      : []),
    ...(vision ? ['It sees only with a projector, which the registry does not name: add --mmproj.'] : []),
  ]
}

/** llama.cpp's architectures that only encode. */
function isEmbedder({ architecture = '' }: RegistryModel): boolean {
  return /(^|-)bert(-|$)/.test(architecture)
}

function expertOverride(
  { expertKeys }: Registry,
  { model, experts }: { readonly model: RegistryModel; readonly experts: number | undefined },
): { readonly overrides: readonly LaunchOverride[]; readonly notes: readonly string[] } {
  if (experts === undefined) return { overrides: [], notes: [] }
  const key = expertKeys.find(({ architecture }) => architecture === model.architecture)?.key
  if (key === undefined) {
    return { overrides: [], notes: [`The registry has no key for the experts of ${model.architecture ?? model.name}.`] }
  }
  const instead = model.defaultExperts === undefined ? '' : ` instead of ${model.defaultExperts}`
  return { overrides: [{ key, value: experts, because: `The role uses ${experts} experts${instead}` }], notes: [] }
}

interface DraftingQuestion {
  readonly assignment: Assignment
  readonly forbidden: readonly Constraint[]
  readonly options: RoleLaunchOptions
}

/** What drafts, less what the registry's constraints forbid. */
function draftingOf(
  registry: Registry,
  { assignment, forbidden, options }: DraftingQuestion,
): { readonly launch: Pick<LaunchModel, 'draft' | 'lookup' | 'refused'>; readonly notes: readonly string[] } {
  const forbids = (...what: readonly Constraint['forbids'][]) => forbidden.find((one) => what.includes(one.forbids))
  const noDraft = forbids('speculation', 'text-draft')
  const noLookup = forbids('speculation', 'lookup')
  const refused = [...new Set([noDraft, noLookup])].flatMap((constraint) =>
    constraint === undefined
      ? []
      : `The registry forbids ${words[constraint.forbids]} (${constraint.source}): ${constraint.instead}`,
  )
  const model = registry.models.find(({ id }) => id === assignment.draft)
  const place = model && modelPlace(registry, model, { wanted: assignment.draftQuantisation, ...options })
  const { maxDraftTokens, lookup = false } = assignment
  const length = maxDraftTokens === undefined ? {} : { maxTokens: maxDraftTokens }
  return {
    launch: {
      ...(place && noDraft === undefined && { draft: { kind: 'model' as const, path: place.path, ...length } }),
      ...(lookup && noLookup === undefined && { lookup: {} }),
      ...(refused.length > 0 && { refused }),
    },
    notes: place?.notes ?? [],
  }
}

const words: Readonly<Record<Constraint['forbids'], string>> = {
  speculation: 'drafts',
  lookup: 'lookup',
  'text-draft': 'text models as drafts',
}
