import { compareRuns, type ResultsStore, resultsStore } from '@foretoken/judge'
import type { Host } from '../host.js'
import { printable } from '../inspect/printable.js'
import type { RunsOptions } from './judge-options.js'
import { comparisonText, runText, summaryLine } from './run-lines.js'

/** Runs `foretoken runs` and returns its exit code. */
export async function runs(
  { what, runs: [one = '', other = ''], out, json }: RunsOptions,
  host: Host,
): Promise<number> {
  const store = resultsStore(out)
  const say = (result: unknown, text: string): boolean =>
    host.stdout.write(`${json ? JSON.stringify(result) : printable(text)}\n`)
  if (what === 'list') {
    const { finished, unfinished } = await listed(store)
    const lines = [...finished.map(summaryLine), ...unfinished.map((runId) => `${runId}  not finished`)]
    say({ finished, unfinished }, lines.join('\n') || `${out} has no runs`)
  } else if (what === 'show') {
    const run = await store.read(one)
    say(run, runText(run))
  } else {
    const comparison = compareRuns(await store.read(one), await store.read(other))
    say(comparison, comparisonText(comparison))
  }
  return 0
}

async function listed(store: ResultsStore) {
  const finished = await store.finished()
  const known = new Set(finished.map(({ runId }) => runId))
  return { finished, unfinished: (await store.runIds()).filter((runId) => !known.has(runId)) }
}
