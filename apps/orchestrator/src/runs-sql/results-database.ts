import type { DuckDBAppender, DuckDBConnection } from '@duckdb/node-api'
import { SpeculationError } from '@foretoken/contract'
import type { ResultsStore } from '@foretoken/judge'
import type { DuckDb } from './load-duckdb.js'
import { type QueryResult, queryResult } from './query-result.js'
import {
  answerColumns,
  type Cell,
  type ColumnType,
  type ResultsColumn,
  reviewColumns,
  runColumns,
  scoreColumns,
  storedRuns,
} from './results-tables.js'

/** Results as tables that SQL reads and cannot change. */
export interface ResultsDatabase extends Disposable {
  /** Runs one statement; `ERR_OPTION_INVALID` with DuckDB's own words where it cannot. */
  query(statement: string, signal?: AbortSignal): Promise<QueryResult>
}

/** Most rows of a result. */
const maxRows = 100_000

/**
 * Puts the results of a store into a database in memory. DuckDB never touches a file: the store reads, so that what counts
 * is what counts elsewhere, torn lines and judges' verdicts included.
 */
export async function openResultsDatabase(store: ResultsStore, duckDb: DuckDb): Promise<ResultsDatabase> {
  const instance = await duckDb.DuckDBInstance.create(':memory:', {
    enable_external_access: 'false',
    autoload_known_extensions: 'false',
    autoinstall_known_extensions: 'false',
    memory_limit: '2GB',
  })
  const connection = await instance.connect()
  const close = (): void => {
    connection.closeSync()
    instance.closeSync()
  }
  try {
    await fill(connection, store)
    await connection.run('set lock_configuration = true')
  } catch (error) {
    close()
    throw error
  }
  return {
    query: (statement, signal) => query(connection, statement, { duckDb, ...(signal && { signal }) }),
    [Symbol.dispose]: close,
  }
}

async function fill(connection: DuckDBConnection, store: ResultsStore): Promise<void> {
  await connection.run(`create table runs (${definition(runColumns)})`)
  await connection.run(`create table answers (${definition(answerColumns)})`)
  await connection.run(`create table reviews (${definition(reviewColumns)})`)
  await connection.run(`create view scores as select ${scoreColumns} from answers join runs using (run_id)`)
  const runs = await connection.createAppender('runs')
  const answers = await connection.createAppender('answers')
  const reviews = await connection.createAppender('reviews')
  for await (const run of storedRuns(store)) {
    const { runId } = run.record
    append(runs, runColumns, run)
    for (const row of run.rows) append(answers, answerColumns, { ...row, runId })
    for (const review of run.reviews) append(reviews, reviewColumns, { ...review, runId })
  }
  for (const appender of [runs, answers, reviews]) appender.closeSync()
}

function definition<Row>(columns: readonly ResultsColumn<Row>[]): string {
  return columns.map(({ name, type }) => `${name} ${type}`).join(', ')
}

function append<Row>(appender: DuckDBAppender, columns: readonly ResultsColumn<Row>[], row: Row): void {
  for (const { type, value } of columns) appendCell(appender, type, value(row))
  appender.endRow()
}

function appendCell(appender: DuckDBAppender, type: ColumnType, cell: Cell): void {
  if (cell === undefined) appender.appendNull()
  else if (type === 'BIGINT') appender.appendBigInt(BigInt(cell))
  else if (type === 'DOUBLE') appender.appendDouble(Number(cell))
  else if (type === 'BOOLEAN') appender.appendBoolean(Boolean(cell))
  // DuckDB reads times and JSON from their text.
  else appender.appendVarchar(String(cell))
}

async function query(
  connection: DuckDBConnection,
  statement: string,
  { duckDb, signal }: { readonly duckDb: DuckDb; readonly signal?: AbortSignal },
): Promise<QueryResult> {
  let interrupting: NodeJS.Timeout | undefined
  const interrupt = (): void => {
    // Again and again: DuckDB forgets an interrupt that comes before a statement has begun.
    interrupting = setInterval(() => connection.interrupt(), 20)
  }
  signal?.addEventListener('abort', interrupt)
  try {
    signal?.throwIfAborted()
    const prepared = await connection.prepare(statement)
    const { SELECT, EXPLAIN } = duckDb.StatementType
    if (prepared.statementType !== SELECT && prepared.statementType !== EXPLAIN) {
      throw new SpeculationError('ERR_OPTION_INVALID', 'results are only read; use a SELECT, WITH, FROM or DESCRIBE')
    }
    const reader = await prepared.streamAndReadUntil(maxRows + 1)
    if (reader.currentRowCount > maxRows) {
      throw new SpeculationError('ERR_BUDGET_EXCEEDED', `the result has more than ${maxRows} rows; add a LIMIT`)
    }
    return queryResult(reader)
  } catch (cause) {
    if (signal?.aborted) throw new SpeculationError('ERR_ABORTED', 'the query was cancelled', { cause })
    if (SpeculationError.is(cause)) throw cause
    throw new SpeculationError('ERR_OPTION_INVALID', `the statement failed: ${duckDbWords(cause)}`, { cause })
  } finally {
    signal?.removeEventListener('abort', interrupt)
    clearInterval(interrupting)
  }
}

/** What DuckDB says, without the statement and the arrow below it, which one line cannot hold. */
function duckDbWords(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause)
  return message.replace(/\n+LINE \d+:.*$/s, '')
}
