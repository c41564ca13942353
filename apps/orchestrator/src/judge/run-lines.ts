import { basename } from 'node:path'
import type { PromptComparison, RunComparison, RunEvent, RunSummary, StoredRun } from '@foretoken/judge'
import { speed } from '../closing-line.js'

/** A finished run in one line. */
export function summaryLine(run: RunSummary): string {
  const scored = `${run.passed} of ${run.answers} passed, mean score ${run.meanScore.toFixed(2)}`
  const missing = run.answers - run.scored
  const open = missing === 0 ? '' : `, ${missing} without a score`
  const inherited = run.inherited === undefined ? '' : `, ${run.inherited} inherited`
  const name = `${run.runId}  ${run.suite} · ${basename(run.model)} · ${run.configuration}`
  return `${name}: ${scored}${open}${inherited}${speedText(run)}`
}

/** Speed, behind a comma; nothing where it was not measured. */
function speedText({ tokensPerSecond, acceptanceRate }: RunSummary): string {
  if (tokensPerSecond === undefined) return ''
  const accepted = acceptanceRate === undefined ? '' : `, ${Math.round(100 * acceptanceRate)} % of drafts accepted`
  return `, ${speed(tokensPerSecond)} tokens/s${accepted}`
}

/** What came of comparing a run that drafts with the one that does not. */
export function comparedLine({ record, refusal }: Extract<RunEvent, { kind: 'compared' }>): string {
  const { runId, baseline } = record
  if (refusal === undefined) return `${runId}: the same answers, so it has the scores of ${baseline}`
  return `${runId} answers everything itself: ${refusal}`
}

/** A run with its answers. */
export function runText({ record, rows }: StoredRun): string {
  const { suite, version } = record.suite
  const total = record.prompts * record.repetitions
  return [
    `${record.runId}: ${suite} v${version}, ${basename(record.model.path)}, ${record.configuration.name}`,
    `${rows.length} of ${total} answers, from ${record.startedAt}`,
    ...rows.map((row) => `${row.score ?? '-'}  ${row.tier}  ${row.promptId} #${row.repetition + 1}: ${row.reason}`),
  ].join('\n')
}

/** What the second run does better and worse. */
export function comparisonText({ better, worse, same, unscored, difference }: RunComparison): string {
  const list = (what: string, prompts: readonly PromptComparison[]): readonly string[] => [
    `${what}: ${prompts.length}`,
    ...prompts.map(({ promptId, scores: [one, other] }) => `  ${promptId}: ${one.toFixed(2)} to ${other.toFixed(2)}`),
  ]
  return [
    ...list('better', better),
    ...list('worse', worse),
    `same: ${same.length}`,
    ...(unscored.length > 0 ? [`without a score in one of them: ${unscored.join(', ')}`] : []),
    ...(difference === undefined
      ? []
      : [
          `mean difference ${difference.value.toFixed(2)} (95 %: ${difference.low.toFixed(2)} to ${difference.high.toFixed(2)})`,
        ]),
  ].join('\n')
}
