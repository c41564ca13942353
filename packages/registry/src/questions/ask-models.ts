import { modelOf, quantisationOf, selects } from '../measurements/find-in-registry.js'
import { type Replacement, replacements } from '../measurements/superseded.js'
import type { Registry } from '../registry-file/registry.js'
import type { LoadTime } from '../registry-file/registry-roles.js'
import { type Answer, answer } from './answer.js'

/** How to use fewer experts. */
export interface ExpertOverride {
  /** Name for `--override-kv`. */
  readonly key: string
  /** What the sources say is the default; several where they disagree. */
  readonly defaults: readonly number[]
  readonly recommended?: number
}

/** How the number of a model's experts is set; `undefined` where it has none. */
export function expertOverride(registry: Registry, name: string): Answer<ExpertOverride | undefined> {
  const { architecture, defaultExperts, sources } = modelOf(registry, name)
  const keys = registry.expertKeys.filter((one) => one.architecture === architecture)
  const [first] = keys
  if (first === undefined) return answer(undefined, sources)
  const told = [defaultExperts, ...keys.map((key) => key.defaultExperts)].filter((count) => count !== undefined)
  const recommended = keys.find(({ recommendedExperts }) => recommendedExperts !== undefined)?.recommendedExperts
  const value = { key: first.key, defaults: [...new Set(told)], ...(recommended !== undefined && { recommended }) }
  return answer(value, [...keys.map(({ source }) => source), ...sources])
}

/** Where a model is kept. */
export interface Residence {
  readonly pool: 'hot' | 'warm' | 'none'
  readonly bytes?: number
  /** Seconds until it can be asked, by what files of other sizes took; 0 where it is hot. */
  readonly loadSeconds?: number
}

/** Whether a model is hot, or how long it takes to be. */
export function residenceOf(registry: Registry, name: string): Answer<Residence> {
  const model = modelOf(registry, name)
  const inPool = (one: 'hot' | 'warm') => registry.pools[one].find((member) => member.model === model.id)
  const serves = (one: 'hot' | 'warm') =>
    registry.roles.find((role) => role.pool === one && role.assignments[0]?.model === model.id)?.assignments[0]
  const pool = (['hot', 'warm'] as const).find((one) => inPool(one) ?? serves(one))
  const member = inPool('hot') ?? inPool('warm')
  const bytes = member?.bytes ?? quantisationOf(model)?.bytes
  const seconds = pool === 'hot' ? 0 : loadSeconds(registry.loadTimes, bytes)
  const role = pool === undefined ? undefined : serves(pool)
  const sources = pool === 'hot' ? [] : registry.loadTimes.map(({ source }) => source)
  return answer(
    {
      pool: pool ?? 'none',
      ...(bytes !== undefined && { bytes }),
      ...(seconds !== undefined && { loadSeconds: seconds }),
    },
    [role?.source, member?.source ?? quantisationOf(model)?.source, ...sources],
  )
}

/** What speaks against a model, or has to be known of it. */
export function cautions(registry: Registry, name: string): Answer<readonly string[]> {
  const model = modelOf(registry, name)
  const found = [
    ...registry.deprecations
      .filter((one) => one.model === model.id)
      .map(({ reason, replacement, variant, experts, source }) => {
        const which = variant ?? (experts === undefined ? undefined : `${experts} experts`)
        const words = ['deprecated', which && ` (${which})`, `: ${reason}`, replacement && `; take ${replacement}`]
        return { text: words.filter((word) => word !== undefined).join(''), source }
      }),
    ...registry.constraints
      .filter((one) => selects(one, model))
      .map(({ forbids, instead, source }) => ({ text: `no ${forbids}; ${instead}`, source })),
    ...registry.quirks
      .filter((one) => selects(one, model))
      .map(({ quirk, cure, source }) => ({ text: `${quirk}; ${cure}`, source })),
  ]
  return answer(
    [...new Set(found.map(({ text }) => text))],
    found.map(({ source }) => source),
  )
}

/** What of a model's figures is superseded, and by what. */
export function supersededFigures(registry: Registry, name: string): Answer<readonly Replacement[]> {
  const { id } = modelOf(registry, name)
  const own = new Set(registry.measurements.filter(({ model }) => model === id).map(({ source }) => source))
  const found = replacements(registry).filter(({ newer, older }) => own.has(newer) || own.has(older))
  return answer(
    found,
    found.flatMap(({ newer, older, source }) => [newer, older, source]),
  )
}

/** Between two measured sizes in a straight line, beyond them in proportion. */
function loadSeconds(times: readonly LoadTime[], bytes: number | undefined): number | undefined {
  const sorted = times.toSorted((a, b) => a.bytes - b.bytes)
  const [first, last] = [sorted[0], sorted.at(-1)]
  if (bytes === undefined || first === undefined || last === undefined) return undefined
  if (bytes <= first.bytes) return (first.seconds * bytes) / first.bytes
  if (bytes >= last.bytes) return (last.seconds * bytes) / last.bytes
  const above = sorted.findIndex((one) => one.bytes >= bytes)
  const [low = first, high = last] = [sorted[above - 1], sorted[above]]
  return low.seconds + ((high.seconds - low.seconds) * (bytes - low.bytes)) / (high.bytes - low.bytes)
}
