import { resultsStore } from '@foretoken/judge'
import type { Host } from '../host.js'
import { listenForInterruption } from '../interruption.js'
import { progressLine } from '../progress-line.js'
import { noRuns } from '../report/no-runs.js'
import { untilInterrupted } from '../until-interrupted.js'
import { type DuckDb, loadDuckDb } from './load-duckdb.js'
import { queryCsv, queryJson, queryText } from './query-text.js'
import { openResultsDatabase } from './results-database.js'

/** What the command line says to `foretoken runs sql`. */
export interface RunsSqlOptions {
  readonly statement: string
  /** Folder of the results. */
  readonly out: string
  /**
   * Prints JSON.
   * @defaultValue false
   */
  readonly json?: boolean
  /**
   * Prints CSV.
   * @defaultValue false
   */
  readonly csv?: boolean
}

/** Runs `foretoken runs sql` and returns its exit code; `load` loads DuckDB. */
export async function runsSql(
  { statement, out, json = false, csv = false }: RunsSqlOptions,
  host: Host,
  load?: () => Promise<DuckDb>,
): Promise<number> {
  using interruption = listenForInterruption(host)
  using progress = progressLine(host.stderr)
  return await untilInterrupted({ host, interruption, progress, json, command: 'runs sql' }, async () => {
    const duckDb = await loadDuckDb(load)
    const store = resultsStore(out)
    if ((await store.runIds()).length === 0) throw noRuns(out)
    progress.show(`Reading ${out}`)
    using database = await openResultsDatabase(store, duckDb)
    const result = await database.query(statement, interruption.signal)
    progress.clear()
    const lines = `${json ? queryJson(result) : queryText(result)}\n`
    host.stdout.write(csv ? queryCsv(result) : lines)
    return 0
  })
}
