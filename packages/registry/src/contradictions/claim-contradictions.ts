import { groupBy } from '../group-by.js'
import { accelerationOf, isIndependent } from '../measurements/configurations.js'
import { selects } from '../measurements/find-in-registry.js'
import { figureValue, type Measurement } from '../registry-file/measurement.js'
import type { Claim, Registry } from '../registry-file/registry.js'
import type { ModelSelector } from '../registry-file/registry-models.js'
import { type Contradiction, claimSide, contradiction, measurementSide } from './contradiction.js'

/** Claims about one thing that do not say the same. What works is left to {@link worksOrFails}. */
export function claimContradictions({ claims }: Registry): Contradiction[] {
  const groups = groupBy(
    claims.filter(({ attribute }) => attribute !== 'works'),
    (claim) => `${aboutOf(claim)}: ${claim.attribute}`,
  )
  return [...groups]
    .filter(([, group]) => new Set(group.map(({ value }) => value)).size > 1)
    .map(([about, group]) => contradiction('claims', about, group.map(claimSide)))
}

/** Claims that something works or does not, against each other and against what was measured. */
export function worksOrFails(registry: Registry): Contradiction[] {
  const claims = registry.claims.filter(({ attribute }) => attribute === 'works')
  return [...groupBy(claims, aboutOf)].flatMap(([about, group]) => {
    const [claim] = group
    const measured = claim === undefined ? [] : registry.measurements.filter((one) => isAbout(registry, claim, one))
    const yes = [
      ...group.filter(({ value }) => value === 'yes').map(claimSide),
      ...measured.filter(helps).map(measurementSide),
    ]
    const no = [
      ...group.filter(({ value }) => value === 'no').map(claimSide),
      ...measured.filter(fails).map(measurementSide),
    ]
    return yes.length === 0 || no.length === 0 ? [] : [contradiction('works-or-fails', about, [...yes, ...no])]
  })
}

/** What a claim is about, e.g. `family qwen3-next, lookup`. */
function aboutOf({ method, ...claim }: ModelSelector & Pick<Claim, 'method'>): string {
  const { model, family, lineage, kind } = claim
  const parts = [model, family && `family ${family}`, lineage && `lineage ${lineage}`, kind && `${kind} models`, method]
  return parts.filter((part) => part !== undefined).join(', ') || 'the machine'
}

/** A lineage is a draft model's where drafts are made by a model: PARD trains nothing else. */
function isAbout(registry: Registry, claim: Claim, one: Measurement): boolean {
  const { lineage, ...target } = claim
  const draft = registry.models.find(({ id }) => id === one.draft)
  const model = registry.models.find(({ id }) => id === one.model)
  return (
    accelerationOf(one) === claim.method &&
    one.experts === undefined &&
    isIndependent(registry, one) &&
    model !== undefined &&
    selects(target, model) &&
    (lineage === undefined || draft?.lineage === lineage)
  )
}

function helps({ speedup, outcome }: Measurement): boolean {
  return outcome === undefined && speedup !== undefined && figureValue(speedup) > 1
}

function fails({ outcome }: Measurement): boolean {
  return outcome !== undefined
}
