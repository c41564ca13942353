import type { Configuration } from '../../src/registry-file/measurement.js'
import type { Row } from './read-csv.js'

/** A configuration that is put together cell by cell. */
export type OpenConfiguration = { -readonly [Key in keyof Configuration]?: Configuration[Key] }

/** The configuration that a row of names and numbers describes. `plain` takes away what makes a model faster. */
export function configurationOf(row: Row, from: OpenConfiguration = {}): OpenConfiguration {
  const { maxDraftTokens: _, draft, draftQuantisation, experts, lookup, temperature, ...plain } = from
  const base = row['plain'] === 'true' || (row['plain'] as unknown) === true ? plain : from
  return { ...base, ...words(row), ...numbers(row), ...(String(row['lookup']) === 'true' && { lookup: true }) }
}

function words(row: Row): OpenConfiguration {
  const names = ['model', 'quantisation', 'draft', 'draftQuantisation', 'variant'] as const
  return Object.fromEntries(names.filter((name) => row[name]).map((name) => [name, row[name]]))
}

function numbers(row: Row): OpenConfiguration {
  const names = [
    ['k', 'maxDraftTokens'],
    ['experts', 'experts'],
    ['temperature', 'temperature'],
  ] as const
  return Object.fromEntries(
    names
      .filter(([column]) => row[column] !== undefined && row[column] !== '')
      .map(([column, name]) => [name, Number(row[column])]),
  )
}
