import { groupBy } from '../group-by.js'
import type { Citation, Measurement } from '../registry-file/measurement.js'
import type { Registry } from '../registry-file/registry.js'
import { configurationKey, isIndependent } from './configurations.js'

/** A statement that takes the place of another one. Both stay in the registry. */
export interface Replacement {
  readonly newer: Citation
  readonly older: Citation
  readonly reason: string
  /** Where the reason is from; absent where the dates alone say it. */
  readonly source?: Citation
}

/** What supersedes what: as the sources say, and where the same configuration was measured again on a later day. */
export function replacements(registry: Registry): Replacement[] {
  const told = registry.supersessions
  const own = registry.measurements.filter((one) => isIndependent(registry, one) && one.tokensPerSecond !== undefined)
  const groups = groupBy(own, (one) => JSON.stringify([configurationKey(registry, one), one.task, one.role]))
  const later = [...groups.values()].flatMap((group) => {
    const sorted = group.toSorted((a, b) => a.date.localeCompare(b.date))
    const newest = sorted.at(-1)
    return newest === undefined ? [] : sorted.filter(({ date }) => date < newest.date).map((one) => byDate(newest, one))
  })
  const pairs = new Set(told.map(({ newer, older }) => `${newer} ${older}`))
  return [...told, ...later.filter(({ newer, older }) => !pairs.has(`${newer} ${older}`))]
}

function byDate(newer: Measurement, older: Measurement): Replacement {
  const reason = `the same was measured again on ${newer.date}`
  return { newer: newer.source, older: older.source, reason }
}
