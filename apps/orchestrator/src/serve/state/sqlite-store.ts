import type Database from 'libsql'
import type { RequestRecord, RequestTrace, TracedStep } from '../serving-service.js'
import { openDatabase } from './open-database.js'
import { type RequestRow, recordOf, rowColumns, rowValues } from './request-rows.js'
import type { OpenRequest, RequestStore, RetentionOptions, StoredEviction } from './request-store.js'
import { retention } from './retention.js'

/** Options of {@link sqliteStore}. */
export interface SqliteStoreOptions extends RetentionOptions {
  /**
   * Path of the database.
   * @defaultValue in memory: nothing outlives the process
   */
  readonly path?: string
  /**
   * How long writes are gathered, in milliseconds.
   * @defaultValue 5
   */
  readonly gatherMs?: number
}

/** What a request that never ended is stored with. */
const openFinish = 'open'

/** Opens the store; requests that a killed process left open are told as lost. Throws as `openDatabase`. */
export function sqliteStore(options: SqliteStoreOptions = {}): RequestStore {
  return new SqliteStore(options)
}

class SqliteStore implements RequestStore {
  readonly #database: Database.Database
  readonly #gatherMs: number
  readonly #keep: () => void
  #writes: (() => void)[] = []
  #settled: { readonly done: () => void; readonly failed: (error: unknown) => void }[] = []
  #timer: NodeJS.Timeout | undefined

  constructor({ path = ':memory:', gatherMs = 5, ...kept }: SqliteStoreOptions) {
    this.#database = openDatabase(path)
    this.#gatherMs = gatherMs
    this.#keep = retention(this.#database, kept)
    this.#database
      .prepare(`UPDATE requests SET finish = 'lost', error = 'the server ended before the answer' WHERE finish = ?`)
      .run(openFinish)
    this.#keep()
  }

  begin(record: RequestRecord): OpenRequest {
    let seq: number | bigint = 0
    this.#write(() => {
      seq = this.#insert({ ...record, finish: openFinish })
    })
    return {
      finish: (trace, text) => {
        this.#write(() => this.#finish(seq, trace, text))
        return new Promise((done, failed) => {
          this.#settled.push({ done, failed })
        })
      },
    }
  }

  evicted({ model, reason, bytes, at }: StoredEviction): void {
    this.#write(() => {
      const sql = 'INSERT INTO evictions (model, reason, bytes, at) VALUES (?, ?, ?, ?)'
      this.#database.prepare(sql).run(model, reason, bytes, at)
    })
  }

  requests({ key, limit }: { readonly key?: string; readonly limit: number }): readonly RequestRecord[] {
    this.#flush()
    const where = key === undefined ? '' : 'WHERE key = ?'
    const sql = `SELECT * FROM requests ${where} ORDER BY seq DESC LIMIT ?`
    const rows = this.#database.prepare(sql).all(...(key === undefined ? [] : [key]), limit)
    return (rows as readonly RequestRow[]).map(recordOf)
  }

  request(id: string, options: { readonly key?: string }): RequestTrace | undefined {
    const row = this.#row(id, options)
    if (row === undefined) return undefined
    const kept = this.#database.prepare('SELECT steps, dropped FROM traces WHERE seq = ?').get(row.seq) as
      | { readonly steps: string; readonly dropped: number }
      | undefined
    const trace = kept === undefined ? [] : (JSON.parse(kept.steps) as readonly TracedStep[])
    return { ...recordOf(row), trace, droppedSteps: kept?.dropped ?? row.steps }
  }

  result(id: string, options: { readonly key?: string }): string | undefined {
    const row = this.#row(id, options)
    if (row === undefined) return undefined
    const kept = this.#database.prepare('SELECT text FROM results WHERE seq = ?').get(row.seq)
    return (kept as { readonly text: string } | undefined)?.text
  }

  evictions(limit: number): readonly StoredEviction[] {
    this.#flush()
    const sql = 'SELECT model, reason, bytes, at FROM evictions ORDER BY seq DESC LIMIT ?'
    const rows = this.#database.prepare(sql).all(limit) as readonly StoredEviction[]
    return rows.map(({ model, reason, bytes, at }) => ({ model, reason, bytes, at }))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#database.open) return
    this.#flush()
    this.#database.close()
  }

  #row(id: string, { key }: { readonly key?: string }): RequestRow | undefined {
    this.#flush()
    const whose = key === undefined ? '' : 'AND key = ?'
    const sql = `SELECT * FROM requests WHERE id = ? ${whose} ORDER BY seq DESC LIMIT 1`
    return this.#database.prepare(sql).get(id, ...(key === undefined ? [] : [key])) as RequestRow | undefined
  }

  #finish(seq: number | bigint, trace: RequestTrace, text: string | undefined): void {
    const assignments = rowColumns.map((column) => `${column} = ?`).join(', ')
    this.#database.prepare(`UPDATE requests SET ${assignments} WHERE seq = ?`).run(...rowValues(trace), seq)
    const steps = JSON.stringify(trace.trace)
    this.#database
      .prepare('INSERT INTO traces (seq, steps, dropped, bytes) VALUES (?, ?, ?, ?)')
      .run(seq, steps, trace.droppedSteps, Buffer.byteLength(steps))
    if (text === undefined) return
    const sql = 'INSERT INTO results (seq, text, bytes) VALUES (?, ?, ?)'
    this.#database.prepare(sql).run(seq, text, Buffer.byteLength(text))
  }

  #insert(record: RequestRecord): number | bigint {
    const places = rowColumns.map(() => '?').join(', ')
    const sql = `INSERT INTO requests (${rowColumns.join(', ')}) VALUES (${places})`
    return this.#database.prepare(sql).run(...rowValues(record)).lastInsertRowid
  }

  #write(write: () => void): void {
    this.#writes.push(write)
    this.#timer ??= setTimeout(() => this.#flush(), this.#gatherMs)
  }

  /** Writes what was gathered in one go: a commit costs as much as a hundred rows. */
  #flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const [writes, settled] = [this.#writes, this.#settled]
    this.#writes = []
    this.#settled = []
    if (writes.length === 0) return
    try {
      this.#database.exec('BEGIN IMMEDIATE')
      for (const write of writes) write()
      this.#database.exec('COMMIT')
      this.#keep()
      for (const { done } of settled) done()
    } catch (error) {
      if (this.#database.inTransaction) this.#database.exec('ROLLBACK')
      for (const { failed } of settled) failed(error)
    }
  }
}
