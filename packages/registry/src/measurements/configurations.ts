import type { Configuration, Measurement } from '../registry-file/measurement.js'
import type { Registry } from '../registry-file/registry.js'

/** What makes a configuration fast besides the number of its experts. */
export type Acceleration = 'plain' | 'draft-model' | 'lookup' | 'draft-model and lookup'

/** How a configuration drafts. */
export function accelerationOf({ draft, lookup }: Configuration): Acceleration {
  if (draft !== undefined) return lookup === true ? 'draft-model and lookup' : 'draft-model'
  return lookup === true ? 'lookup' : 'plain'
}

/** The same text for the same configuration: what is the model's own, or usual, counts as if it were said. */
export function configurationKey(registry: Registry, configuration: Configuration): string {
  const { draft, draftQuantisation, maxDraftTokens, lookup, temperature, variant } = configuration
  return JSON.stringify([
    baselineKey(registry, configuration),
    ...(draft === undefined ? [] : [draft, draftQuantisation ?? usual(registry, draft), maxDraftTokens]),
    lookup === true,
    temperature,
    variant,
  ])
}

/** The same text for configurations that say the same: drafting changes the speed of a text, not its words. */
export function baselineKey(registry: Registry, { model, quantisation, experts }: Configuration): string {
  const own = registry.models.find(({ id }) => id === model)?.defaultExperts
  return [model, quantisation ?? usual(registry, model), experts === own ? '' : (experts ?? '')].join(' ')
}

/** A configuration in a few words, e.g. `qwen3-next-80b-a3b-instruct, 4 experts`. */
export function configurationText(configuration: Configuration): string {
  const { model, quantisation, experts, draft, maxDraftTokens, lookup, temperature, variant } = configuration
  return [
    model,
    quantisation,
    experts === undefined ? undefined : `${experts} experts`,
    draft === undefined ? undefined : `draft ${draft}`,
    maxDraftTokens === undefined ? undefined : `K ${maxDraftTokens}`,
    lookup === true ? 'lookup' : undefined,
    temperature === undefined ? undefined : `temperature ${temperature}`,
    variant,
  ]
    .filter((part) => part !== undefined)
    .join(', ')
}

/** Whether something was measured, and is not told again from elsewhere. */
export function isIndependent(registry: Registry, { method }: Measurement): boolean {
  return registry.methods.find(({ id }) => id === method)?.independent !== false
}

function usual(registry: Registry, model: string): string | undefined {
  return registry.models.find(({ id }) => id === model)?.quantisations[0]?.name
}
