import { SpeculationError } from '@foretoken/contract'
import Database from 'libsql'
import { migrations } from './migrations.js'

/** Says whose file it is: "FORE". */
const applicationId = 0x464f_5245

/**
 * Opens the database at `path`, makes it where it is missing, and brings an older one to this version. Throws
 * `ERR_STATE_FORMAT` for one that is damaged, newer, or another program's, which is left as it is.
 */
export function openDatabase(path: string): Database.Database {
  let database: Database.Database | undefined
  try {
    database = new Database(path)
    prepare(database, path)
    return database
  } catch (cause) {
    database?.close()
    throw SpeculationError.is(cause) ? cause : unusable(path, cause)
  }
}

function prepare(database: Database.Database, path: string): void {
  database.exec('PRAGMA busy_timeout = 5000')
  const version = pragma(database, 'user_version')
  const isEmpty = version === 0 && first(database, 'SELECT count(*) AS value FROM sqlite_master') === 0
  if (!isEmpty && pragma(database, 'application_id') !== applicationId)
    throw new SpeculationError(
      'ERR_STATE_FORMAT',
      `${path} is a database of another program; name another state folder`,
    )
  if (version > migrations.length) {
    const cure = 'name another state folder, or take the version that wrote it'
    throw new SpeculationError(
      'ERR_STATE_FORMAT',
      `${path} is of version ${version}, and this Foretoken knows ${migrations.length}; ${cure}`,
      { details: { path, version } },
    )
  }
  const found = first(database, 'PRAGMA quick_check(1)', 'quick_check')
  if (found !== 'ok') throw unusable(path, new Error(String(found)))
  database.exec('PRAGMA journal_mode = WAL')
  // A commit outlives the process; only a failing machine may take the last ones, and never the file.
  database.exec('PRAGMA synchronous = NORMAL')
  if (isEmpty) database.exec(`PRAGMA application_id = ${applicationId}`)
  for (const [index, sql] of migrations.entries()) {
    if (index < version) continue
    database.exec(`BEGIN IMMEDIATE; ${sql}; PRAGMA user_version = ${index + 1}; COMMIT`)
  }
}

function pragma(database: Database.Database, name: string): number {
  return Number(first(database, `PRAGMA ${name}`, name))
}

function first(database: Database.Database, sql: string, column = 'value'): unknown {
  return (database.prepare(sql).get() as Record<string, unknown> | undefined)?.[column]
}

function unusable(path: string, cause: unknown): SpeculationError {
  const words = cause instanceof Error ? cause.message : String(cause)
  const cure = 'move it away, or name another state folder'
  return new SpeculationError('ERR_STATE_FORMAT', `${path} cannot be used as the state: ${words}; ${cure}`, {
    cause,
    details: { path },
  })
}
