import { SpeculationError } from '@foretoken/contract'

/** DuckDB, as far as it is used here. */
export type DuckDb = Pick<typeof import('@duckdb/node-api'), 'DuckDBInstance' | 'StatementType'>

/** Loads DuckDB, which is not installed with Foretoken: it is larger than all the rest. */
export async function loadDuckDb(load: () => Promise<DuckDb> = () => import('@duckdb/node-api')): Promise<DuckDb> {
  try {
    return await load()
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new SpeculationError(
      'ERR_FILE_NOT_FOUND',
      isMissing(cause)
        ? 'SQL needs DuckDB, which is not installed; npm install --global @duckdb/node-api (70 MB) installs it beside foretoken'
        : `DuckDB cannot be loaded here: ${reason}`,
      { cause },
    )
  }
}

function isMissing(cause: unknown): boolean {
  // An import and a require say it in two ways.
  return cause instanceof Error && 'code' in cause && String(cause.code).endsWith('MODULE_NOT_FOUND')
}
