import { baselines, compareRuns, type ResultsStore, type RunComparison, resultsStore } from '@foretoken/judge'
import type { Host } from '../host.js'
import { printable } from '../inspect/printable.js'
import { comparisonText } from './comparison-text.js'
import { findRun } from './find-run.js'
import { runText, summaryLine } from './run-lines.js'
import { baselineOf, runsBaseline } from './runs-baseline.js'
import type { RunsCompareOptions, RunsOptions } from './runs-options.js'
import { runsReadiness } from './runs-readiness.js'
import { runsReviews } from './runs-reviews.js'

/** Prints a result: the text for people, or the object with `json`. */
export type Say = (result: unknown, text: string) => void

/** Runs `foretoken runs` and returns its exit code. */
export async function runs(options: RunsOptions, host: Host): Promise<number> {
  const store = resultsStore(options.out)
  const say: Say = (result, text) =>
    void host.stdout.write(`${options.json ? JSON.stringify(result) : printable(text)}\n`)
  switch (options.what) {
    case 'list': {
      const { finished, unfinished } = await listed(store)
      const lines = [...finished.map(summaryLine), ...unfinished.map((runId) => `${runId}  not finished`)]
      say({ finished, unfinished }, lines.join('\n') || `${options.out} has no runs`)
      break
    }
    case 'show': {
      const run = await store.read(await findRun(store, options.run))
      const reviews = await store.readReviews(run.record.runId)
      say({ ...run, reviews }, runText(run, reviews, options.answers))
      break
    }
    case 'compare':
      await compare(store, options, host, say)
      break
    case 'baseline':
      await runsBaseline(store, baselines(options.out), options, say)
      break
    case 'readiness':
      await runsReadiness(store, options.runs, say)
      break
    case 'reviews':
      await runsReviews(store, options, host)
  }
  return 0
}

async function compare(store: ResultsStore, options: RunsCompareOptions, host: Host, say: Say): Promise<void> {
  const [first, second] = options.runs
  const named = await store.read(await findRun(store, first))
  const one = second === undefined ? await baselineOf(store, baselines(options.out), options.baseline, named) : named
  const other = second === undefined ? named : await store.read(await findRun(store, second))
  const comparison: RunComparison = compareRuns(one, other, { margin: options.margin })
  const names = { one: one.record.runId, other: other.record.runId }
  const columns = host.stdout.columns || 100
  const text = comparisonText(comparison, { columns, ...(options.full && { full: true }) })
  say({ ...names, ...comparison }, `${names.one} → ${names.other}\n${text}`)
}

async function listed(store: ResultsStore) {
  const finished = await store.finished()
  const known = new Set(finished.map(({ runId }) => runId))
  return { finished, unfinished: (await store.runIds()).filter((runId) => !known.has(runId)) }
}
