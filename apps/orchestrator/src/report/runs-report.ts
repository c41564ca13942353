import { Buffer } from 'node:buffer'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { SpeculationError } from '@foretoken/contract'
import { resultsStore } from '@foretoken/judge'
import type { Host } from '../host.js'
import { printable } from '../inspect/printable.js'
import { listenForInterruption } from '../interruption.js'
import { openPartialFile } from '../partial-file.js'
import { progressLine } from '../progress-line.js'
import { untilInterrupted } from '../until-interrupted.js'
import { counted } from './figure-text.js'
import { noRuns } from './no-runs.js'
import { reportData } from './report-data.js'
import { reportPage } from './report-page.js'

/** What the command line says to `foretoken runs report`. */
export interface RunsReportOptions {
  /** Names of runs; none: all. */
  readonly runs: readonly string[]
  /** The file that is written. */
  readonly html: string
  /** Folder of the results. */
  readonly out: string
  /**
   * Prints JSON.
   * @defaultValue false
   */
  readonly json?: boolean
}

/** Most bytes of a report; browsers get slow well before. */
const maxBytes = 128 * 2 ** 20

/** Runs `foretoken runs report` and returns its exit code. */
export async function runsReport({ runs, html, out, json = false }: RunsReportOptions, host: Host): Promise<number> {
  using interruption = listenForInterruption(host)
  using progress = progressLine(host.stderr)
  return await untilInterrupted({ host, interruption, progress, json, command: 'runs report' }, async () => {
    await using file = await openPartialFile(html, 'report')
    progress.show(`Reading ${out}`)
    const data = await reportData(resultsStore(out), out, runs)
    if (data.suites.length === 0) throw noRuns(out)
    const page = Buffer.from(reportPage(data))
    if (page.length > maxBytes) {
      const size = `the report has ${page.length} bytes, and at most ${maxBytes} are written; name fewer runs`
      throw new SpeculationError('ERR_BUDGET_EXCEEDED', size)
    }
    if (interruption.signal.aborted) throw new SpeculationError('ERR_ABORTED', 'the report was cancelled')
    await file.file.writeFile(page)
    await file.keep()
    progress.clear()
    const shown = data.suites.flatMap((suite) => suite.runs)
    const facts = {
      report: html,
      url: pathToFileURL(resolve(html)).href,
      bytes: page.length,
      runs: shown.map(({ record }) => record.runId),
      suites: data.suites.map(({ name }) => name),
      answers: shown.reduce((sum, { rows }) => sum + rows.length, 0),
      comparisons: data.suites.reduce((sum, { comparisons }) => sum + comparisons.length, 0),
    }
    const size = `${Math.ceil(page.length / 1024)} KiB`
    const text = `Wrote ${html}: ${counted(facts.runs.length, 'run')}, ${counted(facts.answers, 'answer')}, ${size}.
Open it in a browser: ${facts.url}`
    host.stdout.write(`${json ? JSON.stringify(facts) : printable(text)}\n`)
    return 0
  })
}
