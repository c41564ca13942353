import type { DuckDBResultReader } from '@duckdb/node-api'

/** What a statement gives. */
export interface QueryResult {
  /** Types in DuckDB's words. */
  readonly columns: readonly { readonly name: string; readonly type: string }[]
  readonly rows: readonly (readonly unknown[])[]
}

/** What was read, as JSON values. */
export function queryResult(reader: DuckDBResultReader): QueryResult {
  const types = reader.columnTypes().map(String)
  // A joined table may have a column of the same name.
  const columns = reader.deduplicatedColumnNames().map((name, column) => ({ name, type: types[column] ?? '' }))
  const rows = reader.getRowsJson().map((row) => row.map((cell, column) => plain(cell, types[column] ?? '')))
  return { columns, rows }
}

/** DuckDB writes long integers as strings; those that a number holds exactly are numbers here. */
function plain(cell: unknown, type: string): unknown {
  if (typeof cell !== 'string' || !/^(U?BIGINT|U?HUGEINT|DECIMAL\b.*)$/.test(type)) return cell
  const number = Number(cell)
  return type.startsWith('DECIMAL') || Number.isSafeInteger(number) ? number : cell
}
