import { sharedFigures } from '../contradictions/figure-contradictions.js'
import { groupBy } from '../group-by.js'
import { accelerationOf, configurationKey, isIndependent } from '../measurements/configurations.js'
import { quantisationOf, selects } from '../measurements/find-in-registry.js'
import { implausibilities } from '../measurements/implausible.js'
import { figureValue, type Measurement } from '../registry-file/measurement.js'
import type { Registry } from '../registry-file/registry.js'

/** The newest measurement of each configuration at a task; what lookup brings at one text says nothing of another. */
export function newestSpeeds(registry: Registry, task: string): Measurement[] {
  const replaced = new Set(registry.supersessions.map(({ older }) => older))
  const told = registry.measurements.filter(
    (one) =>
      (one.tokensPerSecond !== undefined || one.outcome !== undefined) &&
      (one.task === task || (one.task === undefined && accelerationOf(one) !== 'lookup')) &&
      !replaced.has(one.source) &&
      one.method !== 'layer-skip' &&
      isIndependent(registry, one),
  )
  return [...groupBy(told, (one) => configurationKey(registry, one)).values()].map((group) =>
    group.reduce((newest, one) => (isNewer(registry, one, newest) ? one : newest)),
  )
}

/** Says why a configuration is out of the question, whatever its quality; `undefined` where it is not. */
export function objections(registry: Registry): (one: Measurement) => string | undefined {
  const shared = new Set(sharedFigures(registry).flatMap(({ sides }) => sides.map(({ source }) => source)))
  return (one) => {
    if (one.outcome !== undefined) return one.outcome === 'fails' ? 'it failed' : 'it wrote garbage'
    if (shared.has(one.source) && accelerationOf(one) === 'lookup') return 'the same figure is told of another model'
    const [implausible] = implausibilities(registry, one)
    if (implausible === undefined) return adviceAgainst(registry, one)
    const unit = implausible.figure === 'speedup' ? '×' : 'tokens/s'
    return `${implausible.value} ${unit} cannot be: ${implausible.because}`
  }
}

/** Memory that a configuration takes, in bytes: the target's file and the draft's; unknown where either is. */
export function bytesOf(registry: Registry, one: Measurement): number | undefined {
  const sizes = [
    { model: one.model, quantisation: one.quantisation },
    ...(one.draft === undefined ? [] : [{ model: one.draft, quantisation: one.draftQuantisation }]),
  ].map(({ model, quantisation }) => {
    const found = registry.models.find(({ id }) => id === model)
    return found === undefined ? undefined : quantisationOf(found, quantisation)?.bytes
  })
  return sizes.reduce<number | undefined>(
    (sum, size) => (sum === undefined || size === undefined ? undefined : sum + size),
    0,
  )
}

function adviceAgainst(registry: Registry, one: Measurement): string | undefined {
  const model = registry.models.find(({ id }) => id === one.model)
  const acceleration = accelerationOf(one)
  const quantisation = one.quantisation ?? model?.quantisations[0]?.name
  const deprecation = registry.deprecations.find(
    (advice) =>
      advice.model === one.model &&
      (advice.experts === undefined || advice.experts === (one.experts ?? model?.defaultExperts)) &&
      (advice.experts !== undefined || advice.variant === undefined || advice.variant === quantisation),
  )
  if (deprecation !== undefined) return `deprecated: ${deprecation.reason}`
  const forbidden = registry.constraints.find(
    (constraint) => model !== undefined && selects(constraint, model) && isForbidden(constraint.forbids, acceleration),
  )
  return forbidden === undefined ? undefined : `no ${forbidden.forbids} on it: ${forbidden.instead}`
}

function isForbidden(forbids: Registry['constraints'][number]['forbids'], acceleration: string): boolean {
  if (forbids === 'lookup') return acceleration.includes('lookup')
  return acceleration.includes('draft-model') || (forbids === 'speculation' && acceleration !== 'plain')
}

/** Of one day what the machine can have brought comes first, then the faster: the slower one had other work beside it. */
function isNewer(registry: Registry, one: Measurement, other: Measurement): boolean {
  if (one.date !== other.date) return one.date > other.date
  const doubts = (measurement: Measurement) => implausibilities(registry, measurement).length
  if (doubts(one) !== doubts(other)) return doubts(one) < doubts(other)
  return figureValue(one.tokensPerSecond ?? 0) > figureValue(other.tokensPerSecond ?? 0)
}
