import { readdirSync, readFileSync } from 'node:fs'
import { fixturePath } from '@foretoken/fixtures'
import { parse } from 'yaml'
import { type Row, readCsv } from './read-csv.js'

/** How the rows of a table become entries. */
export interface TableSpec {
  readonly topic: string
  readonly date: string
  /** Absent: the rows are kept as records. */
  readonly method?: string
  /** What holds for every row. */
  readonly set?: Row
  /** Configurations that a row tells beside its subject's own, by name. */
  readonly parts?: Readonly<Record<string, Row>>
  /** What a column is. */
  readonly columns?: Row
}

/** A table of a seed. */
export interface SeedTable extends TableSpec {
  /** As in `results-summary/010-best-results`. */
  readonly name: string
  /** Name of the document, e.g. `results-summary.md`. */
  readonly document: string
  /** Each with the line that it stands on, under `line`. */
  readonly rows: readonly Row[]
}

/** The lists that are not tables of a seed, e.g. `models`. */
export function seedList(name: string): Row[] {
  return readCsv(readFileSync(fixturePath('seeds', `${name}.csv`), 'utf8'))
}

/** Every table of the seeds. Throws where one has no entry in `tables.yaml`. */
export function seedTables(): SeedTable[] {
  const specs = parse(readFileSync(fixturePath('seeds', 'tables.yaml'), 'utf8'), { merge: true }) as Record<
    string,
    TableSpec
  >
  const folder = fixturePath('seeds', 'tables')
  return readdirSync(folder)
    .sort()
    .flatMap((document) =>
      readdirSync(`${folder}/${document}`)
        .sort()
        .map((file) => {
          const name = `${document}/${file.replace('.csv', '')}`
          const spec = specs[name]
          if (spec === undefined) throw new Error(`tables.yaml does not say what ${name} is`)
          const rows = readCsv(readFileSync(`${folder}/${document}/${file}`, 'utf8'))
          return { ...spec, name, document: `${document}.md`, rows }
        }),
    )
}
