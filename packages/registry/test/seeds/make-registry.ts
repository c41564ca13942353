import { groupBy } from '../../src/group-by.js'
import type { Measurement } from '../../src/registry-file/measurement.js'
import type { Claim, Registry, SourceRecord } from '../../src/registry-file/registry.js'
import { configurationOf } from './configuration-of.js'
import type { Row } from './read-csv.js'
import { plainText } from './read-figure.js'
import { RowReader } from './row-reader.js'
import { type SeedTable, seedList, seedTables } from './seed-files.js'
import { seedNames } from './seed-names.js'
import { seedModels, seedRoles, typed } from './seed-sections.js'

/** Makes the registry of everything that the seeds record, from their tables and lists. */
export function makeRegistry(): Registry {
  const names = seedNames()
  const tables = seedTables()
  const prose = seedList('prose')
  const told = tables.map((table) => ({ table, rows: table.rows.map((row) => new RowReader(names, table, row)) }))
  const measured = told.map(({ table, rows }) =>
    table.columns === undefined ? [] : rows.map((row) => row.measurements()),
  )
  const records = tables.flatMap((table, at) =>
    table.rows.filter((_, index) => (measured[at]?.[index]?.length ?? 0) === 0).map((row) => recordOf(table, row)),
  )
  return {
    formatVersion: 1,
    name: 'epyc-9655',
    description:
      'What was measured and decided about language models on one AMD EPYC 9655, from 2024-12-13 to 2026-02-03',
    ...seedSections(),
    claims: claims(tables, prose),
    supersessions: seedList('supersessions').map((row) => typed(row)),
    measurements: [...measured.flat(2), ...prose.filter(({ model }) => model).map(proseMeasurement)],
    records: [...records, ...prose.filter(({ model }) => !model).map(proseRecord)],
  }
}

function seedSections(): Omit<
  Registry,
  'formatVersion' | 'name' | 'description' | 'claims' | 'supersessions' | 'measurements' | 'records'
> {
  const pool = (name: string) =>
    seedList('pools')
      .filter(({ pool }) => pool === name)
      .map(({ pool: _, ...row }) => typed<never>(row))
  const chains = groupBy(seedList('escalations'), ({ id }) => id ?? '')
  return {
    sources: seedList('sources').map((row) => typed(row)),
    hardware: seedList('hardware').map((row) => typed(row)),
    methods: seedList('methods').map((row) => typed(row)),
    roots: seedList('roots').map((row) => typed(row)),
    models: seedModels(),
    expertKeys: seedList('expert-keys').map((row) => typed(row)),
    tiers: seedList('tiers').map((row) => typed(row)),
    roles: seedRoles(),
    pools: { hot: pool('hot'), warm: pool('warm') },
    escalations: [...chains].map(([id, steps]) => ({
      id,
      roles: steps.map(({ role = '' }) => role),
      source: steps[0]?.['source'] ?? '',
    })),
    loadTimes: seedList('load-times').map((row) => typed(row)),
    constraints: seedList('constraints').map((row) => typed(row)),
    quirks: seedList('quirks').map((row) => typed(row)),
    deprecations: seedList('deprecations').map((row) => typed(row)),
    pairs: seedList('pairs').map(pairOf),
    suites: seedList('suites').map((row) => typed(row)),
    recommendations: seedList('recommendations').map(({ suites = '', k = '', ...row }) => ({
      ...typed<Omit<Registry['recommendations'][number], 'suites'>>({ ...row, maxDraftTokens: k }),
      suites: suites.split(' '),
    })),
  }
}

function pairOf({
  target = '',
  targetFamily = '',
  draft = '',
  draftFamily = '',
  ...rest
}: Row): Registry['pairs'][number] {
  return {
    target: typed({ model: target, family: targetFamily }),
    draft: typed({ model: draft, family: draftFamily === 'any' ? '' : draftFamily }),
    ...typed<Omit<Registry['pairs'][number], 'target' | 'draft'>>(rest),
  }
}

/** A claim carries the words of its line. */
function claims(tables: readonly SeedTable[], prose: readonly Row[]): Claim[] {
  const lines = new Map(prose.map(({ source = '', text = '' }) => [source, text]))
  for (const table of tables)
    for (const row of table.rows) {
      const { line, ...cells } = row
      lines.set(
        `${table.document}:${line}`,
        Object.values(cells)
          .map(plainText)
          .filter((cell) => cell !== '')
          .join(' · '),
      )
    }
  return seedList('claims').map((row) => {
    const { source = '' } = row
    const text = lines.get(source)
    if (text === undefined) throw new Error(`claims.csv cites ${source}, which neither a table nor prose.csv has`)
    return { ...typed<Omit<Claim, 'text' | 'value'>>({ ...row, value: '' }), value: row['value'] ?? '', text }
  })
}

function proseMeasurement(row: Row): Measurement {
  const { source = '', date = '', text = '', task = '', outcome = '', lookup: _, ...rest } = row
  const figures = ['tokensPerSecond', 'acceptanceRate', 'speedup', 'qualityRate'] as const
  return {
    ...{ source, date, hardware: 'epyc-9655', method: 'prose' },
    ...(configurationOf(rest) as { model: string }),
    ...(task !== '' && { task }),
    ...Object.fromEntries(figures.filter((name) => rest[name]).map((name) => [name, Number(rest[name])])),
    ...(outcome !== '' && { outcome: outcome as 'garbage' }),
    remarks: { text },
  }
}

function proseRecord({ source = '', date = '', topic = '', text = '' }: Row): SourceRecord {
  return { source, date, topic, text }
}

function recordOf({ document, date, topic }: SeedTable, { line, ...row }: Row): SourceRecord {
  const cells = Object.entries(row).map(([column, cell]) => [column, plainText(cell)] as const)
  return {
    source: `${document}:${line}`,
    date,
    topic,
    cells: Object.fromEntries(cells.filter(([, cell]) => cell !== '')),
  }
}
