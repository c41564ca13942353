import { groupBy } from '../../src/group-by.js'
import type { RegistryModel } from '../../src/registry-file/registry-models.js'
import type { Assignment, Role } from '../../src/registry-file/registry-roles.js'
import { configurationOf } from './configuration-of.js'
import type { Row } from './read-csv.js'
import { readFigure } from './read-figure.js'
import { seedList } from './seed-files.js'

const numeric =
  /^(cores|threads|numaNodes|questions|port|lastPort|parameters|activeParameters|experts|defaultExperts|recommendedExperts|layers|maxDraftTokens|seconds|secondsBefore|qualityRate|tokensPerSecond)$/

/** An entry from a row: nothing for an empty cell, numbers, `true`, sizes in bytes and lists where the column says so. */
export function typed<Entry extends object>(row: Row): Entry {
  const cells = Object.entries(row).filter(([, cell]) => cell !== '')
  return Object.fromEntries(cells.map(([column, cell]) => entryOf(column, cell))) as Entry
}

function entryOf(column: string, cell: string): readonly [string, unknown] {
  if (column === 'size' || column === 'memory') return [column === 'size' ? 'bytes' : 'memoryBytes', bytesOf(cell)]
  if (column === 'bandwidthGigabytesPerSecond') return ['bandwidthBytesPerSecond', Number(cell) * 1e9]
  if (column === 'sources') return [column, cell.split(' ')]
  if (numeric.test(column)) return [column, Number(cell)]
  return [column, /^(true|false)$/.test(cell) ? cell === 'true' : cell]
}

function bytesOf(cell: string): number {
  return Math.round(Number(readFigure(cell, 'bytes').figure))
}

/** The models, each with its files. */
export function seedModels(): RegistryModel[] {
  const files = seedList('quantisations')
  return seedList('models').map((row) => {
    const { sources, ...model } = typed<RegistryModel>(row)
    const own = files.filter((file) => file['model'] === model.id)
    return {
      ...model,
      quantisations: own.map(({ model: _, quantisation = '', ...file }) => typed({ name: quantisation, ...file })),
      sources,
    }
  })
}

/** The roles, each with the assignments it had, the newest first. */
export function seedRoles(): Role[] {
  const rows = groupBy(seedList('roles'), ({ id }) => id ?? '')
  return [...rows].map(([, assigned]) => {
    const [first = {}] = assigned
    const { id = '', tier = '', purpose = '', aliases = '', port = '', lastPort = '', pool = '' } = first
    return {
      ...typed<Omit<Role, 'assignments'>>({ id, tier, purpose, port, lastPort, pool }),
      ...(aliases !== '' && { aliases: aliases.split(' ') }),
      assignments: assigned.map(assignmentOf).toSorted((a, b) => b.date.localeCompare(a.date)),
    }
  })
}

function assignmentOf(row: Row): Assignment {
  const { sharesServerOf = '', source = '', date = '' } = row
  return { ...configurationOf(row), ...(sharesServerOf !== '' && { sharesServerOf }), source, date }
}
