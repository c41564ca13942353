import { basename } from 'node:path'
import { stringify } from 'csv-stringify/sync'
import type { RunRecord } from './run-record.js'
import type { RunSummary } from './run-summary.js'

/** A finished run with its record. */
export interface SummarizedRun {
  readonly record: RunRecord
  readonly summary: RunSummary
}

/**
 * All finished runs as one table: a line for each model in a configuration, a column for each suite with its points in
 * percent. Of several runs of one suite the one that finished last counts; suites of other versions or prompts have columns
 * of their own.
 */
export function summaryCsv(runs: readonly SummarizedRun[]): string {
  const suites = suiteColumns(runs)
  const header = ['model', 'hash', 'configuration', 'temperature', ...suites.values(), 'all %', 'unscored', 'tokens/s']
  const lines = groups(runs).map((group) => lineOf(group, [...suites.keys()]))
  // A path or a suite's name may come from others, and a spreadsheet would read it as a formula.
  return stringify([header, ...lines.sort(byText)], { escape_formulas: true })
}

/** The columns' names by fingerprint. */
function suiteColumns(runs: readonly SummarizedRun[]): ReadonlyMap<string, string> {
  const suites = new Map(runs.map(({ record: { suite } }) => [suite.fingerprint, suite]))
  const label = ({ suite, version }: RunRecord['suite']): string => `${suite} v${version}`
  const labels = [...suites.values()].map(label)
  const isShared = (name: string): boolean => labels.indexOf(name) !== labels.lastIndexOf(name)
  return new Map(
    [...suites]
      .map(([fingerprint, suite]): [string, string] => {
        const name = label(suite)
        return [fingerprint, isShared(name) ? `${name} (${fingerprint}) %` : `${name} %`]
      })
      .sort(([, one], [, other]) => (one < other ? -1 : 1)),
  )
}

/** What answered under the same conditions, suite by suite the last run. */
function groups(runs: readonly SummarizedRun[]): readonly ReadonlyMap<string, SummarizedRun>[] {
  const found = new Map<string, Map<string, SummarizedRun>>()
  for (const run of runs) {
    const { model, configuration, sampling, suite } = run.record
    const key = JSON.stringify([model.hash, configuration.name, configuration.settings, sampling.temperature])
    const group = found.get(key) ?? new Map<string, SummarizedRun>()
    found.set(key, group.set(suite.fingerprint, run))
  }
  return [...found.values()]
}

function lineOf(group: ReadonlyMap<string, SummarizedRun>, fingerprints: readonly string[]): readonly string[] {
  const runs = [...group.values()]
  const { record } = runs.at(-1) as SummarizedRun
  const summaries = runs.map(({ summary }) => summary)
  return [
    basename(record.model.path),
    record.model.hash.slice(0, 12),
    record.configuration.name,
    String(record.sampling.temperature),
    ...fingerprints.map((fingerprint) => percent(summariesOf(group.get(fingerprint)))),
    // Over other suites it would be another measure.
    group.size === fingerprints.length ? percent(summaries) : '',
    String(summaries.reduce((total, { answers, scored }) => total + answers - scored, 0)),
    speedOf(summaries),
  ]
}

function summariesOf(run: SummarizedRun | undefined): readonly RunSummary[] {
  return run === undefined ? [] : [run.summary]
}

/** Points of the scored answers in percent; nothing where none is scored. */
function percent(summaries: readonly RunSummary[]): string {
  const scored = summaries.reduce((total, summary) => total + summary.scored, 0)
  const points = summaries.reduce((total, { meanScore, scored: count }) => total + meanScore * count, 0)
  return scored === 0 ? '' : ((100 * points) / (3 * scored)).toFixed(1)
}

function speedOf(summaries: readonly RunSummary[]): string {
  let [tokens, seconds] = [0, 0]
  for (const { tokensPerSecond = 0, completionTokens } of summaries) {
    if (tokensPerSecond === 0) continue
    tokens += completionTokens
    seconds += completionTokens / tokensPerSecond
  }
  return seconds === 0 ? '' : (tokens / seconds).toFixed(1)
}

function byText(one: readonly string[], other: readonly string[]): number {
  return one.join('\n') < other.join('\n') ? -1 : 1
}
