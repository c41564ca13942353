import { groupBy } from '../group-by.js'
import { isIndependent } from '../measurements/configurations.js'
import { selects } from '../measurements/find-in-registry.js'
import { figureValue } from '../registry-file/measurement.js'
import type { Registry } from '../registry-file/registry.js'
import { type Contradiction, contradiction, measurementSide } from './contradiction.js'

/** Pairs that are said not to work, and were measured to help. */
export function measuredPairs(registry: Registry): Contradiction[] {
  const helped = registry.measurements.filter(
    ({ draft, speedup, outcome, ...one }) =>
      draft !== undefined &&
      draft !== one.model &&
      outcome === undefined &&
      speedup !== undefined &&
      figureValue(speedup) > 1,
  )
  const independent = helped.filter((one) => isIndependent(registry, one))
  return [...groupBy(independent, ({ model, draft }) => `${model} with ${draft}`)].flatMap(([about, group]) => {
    const target = registry.models.find(({ id }) => id === group[0]?.model)
    const draft = registry.models.find(({ id }) => id === group[0]?.draft)
    if (target === undefined || draft === undefined) return []
    const against = registry.pairs
      .filter((pair) => pair.verdict === 'fails' && selects(pair.target, target) && selects(pair.draft, draft))
      .map(({ reason, source, date }) => ({ value: 'fails', says: reason, source, date }))
    return against.length === 0 ? [] : [contradiction('pairs', about, [...against, ...group.map(measurementSide)])]
  })
}
