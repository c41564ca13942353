import type Database from 'libsql'
import type { RetentionOptions } from './request-store.js'

/** Looking for what is too old or too much is done after so many calls. */
const callsBetween = 200
/** Evictions are few and small. */
const mostEvictions = 10_000

/** Forgets the oldest when there is too much; the result is called after writing, and does its work now and then. */
export function retention(database: Database.Database, options: RetentionOptions = {}): () => void {
  const { requests = 100_000, traceBytes = 256 * 2 ** 20, days = 30 } = options
  let calls = 0
  return () => {
    if (calls++ % callsBetween !== 0) return
    database.exec('BEGIN IMMEDIATE')
    database
      .prepare(`DELETE FROM requests WHERE seq <= (SELECT max(seq) FROM requests) - ? OR started_at < ?`)
      .run(requests, new Date(Date.now() - days * 86_400_000).toISOString())
    const fits = database.prepare(
      `SELECT min(seq) AS seq FROM (
        SELECT seq, sum(bytes) OVER (ORDER BY seq DESC ROWS UNBOUNDED PRECEDING) AS total FROM (
          SELECT seq, bytes FROM traces UNION ALL SELECT seq, bytes FROM results
        )
      ) WHERE total <= ?`,
    )
    const oldest = (fits.get(traceBytes) as { readonly seq: number | null } | undefined)?.seq ?? Number.MAX_SAFE_INTEGER
    for (const table of ['traces', 'results'])
      database.prepare(`DELETE FROM ${table} WHERE seq < ? OR seq NOT IN (SELECT seq FROM requests)`).run(oldest)
    database.prepare('DELETE FROM evictions WHERE seq <= (SELECT max(seq) FROM evictions) - ?').run(mostEvictions)
    database.exec('COMMIT')
  }
}
