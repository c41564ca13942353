import { importReviews, type ResultsStore, reviewAgreement, reviewsCsv, systemClock } from '@foretoken/judge'
import type { Host } from '../host.js'
import { printable } from '../inspect/printable.js'
import { openPartialFile } from '../partial-file.js'
import { findRun } from './find-run.js'
import { agreementLines } from './run-lines.js'
import type { RunsReviewsOptions } from './runs-options.js'

/** Reads reviews, or writes the table that people fill in. */
export async function runsReviews(store: ResultsStore, options: RunsReviewsOptions, host: Host): Promise<void> {
  const { json = false, blind = false, import: from, export: to } = options
  const runId = await findRun(store, options.run)
  const imported = from === undefined ? undefined : await importReviews(store, runId, from, systemClock.now())
  const run = await store.read(runId)
  const reviews = await store.readReviews(runId)
  const writesTable = to !== undefined || (imported === undefined && !json)
  const table = writesTable ? reviewsCsv(run, await store.readSuite(run.record), reviews, { blind }) : ''
  if (to !== undefined) await writeTable(to, table)
  const added = imported && { added: imported.added.length, known: imported.known }
  const agreement = reviewAgreement(run.rows, reviews)
  if (json) {
    host.stdout.write(
      `${JSON.stringify({ run: runId, ...added, reviews, agreement, ...(to !== undefined && { to }) })}\n`,
    )
  } else if (added !== undefined) {
    const lines = [`${added.added} reviews added, ${added.known} were there`, ...agreementLines(agreement)]
    host.stdout.write(`${printable(lines.join('\n'))}\n`)
  } else if (to === undefined) {
    // A file gets the texts as they are; a terminal must not be driven by them.
    host.stdout.write(host.stdout.isTTY === true ? printable(table) : table)
  } else {
    host.stdout.write(`${printable(`${run.rows.length} answers of ${runId} are in ${to}`)}\n`)
  }
}

async function writeTable(path: string, table: string): Promise<void> {
  await using partial = await openPartialFile(path, 'table of reviews')
  await partial.file.writeFile(table)
  await partial.keep()
}
