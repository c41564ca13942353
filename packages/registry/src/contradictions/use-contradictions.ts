import { isIndependent } from '../measurements/configurations.js'
import { implausibilities } from '../measurements/implausible.js'
import { figureValue } from '../registry-file/measurement.js'
import type { Registry } from '../registry-file/registry.js'
import { type Contradiction, contradiction, measurementSide } from './contradiction.js'

/** Numbers of experts that are called fewer and are not. */
export function emptyReductions(registry: Registry): Contradiction[] {
  return registry.measurements.flatMap((one) => {
    const { architecture } = registry.models.find(({ id }) => id === one.model) ?? {}
    const { speedup, experts = 0 } = one
    const keys = registry.expertKeys.filter(
      (key) => key.architecture === architecture && key.defaultExperts !== undefined,
    )
    const key = keys.find(({ defaultExperts = 0 }) => experts > defaultExperts)
    if (key === undefined || speedup === undefined || figureValue(speedup) <= 1 || !isIndependent(registry, one))
      return []
    const { source, date, defaultExperts } = key
    const says = `${key.architecture} uses ${defaultExperts} experts by default`
    return [
      contradiction('reduction-that-is-none', `${one.model}, ${experts} experts`, [
        { value: `default ${defaultExperts}`, says, source, date },
        measurementSide(one),
      ]),
    ]
  })
}

/** Models that are advised against, and are given a role all the same. */
export function deprecatedButUsed(registry: Registry): Contradiction[] {
  return registry.deprecations
    .filter(({ variant, experts }) => variant === undefined && experts === undefined)
    .concat(statusClaims(registry))
    .flatMap(({ model, reason, source, date }) => {
      const used = registry.roles.flatMap(({ id, assignments }) =>
        assignments
          .filter((assignment) => assignment.model === model)
          .map((assignment) => ({
            value: `in use as ${id}`,
            says: `${model} is ${id}`,
            source: assignment.source,
            date: assignment.date,
          })),
      )
      const advice = { value: 'deprecated', says: reason, source, date }
      return used.length === 0 ? [] : [contradiction('deprecated-but-used', model, [advice, ...used])]
    })
}

/** Claims that a model is deprecated, as advice. */
function statusClaims({ claims }: Registry): Registry['deprecations'] {
  return claims.flatMap(({ attribute, value, model, text, source, date }) =>
    attribute === 'status' && value === 'deprecated' && model !== undefined
      ? [{ model, reason: text, source, date }]
      : [],
  )
}

/** Figures that the machine cannot have brought, against the machine. */
export function implausibleFigures(registry: Registry): Contradiction[] {
  return registry.measurements
    .filter((one) => isIndependent(registry, one))
    .flatMap((one) =>
      implausibilities(registry, one).map(({ figure, value, limit, because, source }) => {
        const unit = figure === 'speedup' ? '×' : 'tokens/s'
        return contradiction('implausible', `${one.model}, ${value} ${unit}`, [
          { ...measurementSide(one), value: `${value} ${unit}` },
          {
            value: `at most ${Number(limit.toFixed(1))} ${unit}`,
            says: because,
            source,
            date: one.date,
          },
        ])
      }),
    )
}
