import { basename } from 'node:path'
import {
  type AnswerRow,
  type Review,
  type ReviewAgreement,
  type RunEvent,
  type RunSpeed,
  type RunSummary,
  readinessOf,
  repetitionStability,
  reviewAgreement,
  type StoredRun,
  summarizeSpeed,
} from '@foretoken/judge'
import { counted, speed } from '../closing-line.js'

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
function speedText({ tokensPerSecond, acceptanceRate }: RunSpeed): string {
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

/** A run with its scores, what it is ready for, and what people said. */
export function runText({ record, rows }: StoredRun, reviews: readonly Review[], withAnswers = false): string {
  const { suite, version } = record.suite
  const total = record.prompts * record.repetitions
  const inherited = rows.filter(({ inheritedFrom }) => inheritedFrom !== undefined).length
  return [
    `${record.runId}: ${suite} v${version}, ${basename(record.model.path)}, ${record.configuration.name}`,
    `${rows.length} of ${total} answers, from ${record.startedAt}${speedText(summarizeSpeed(rows))}`,
    ...(inherited > 0 ? [`${inherited} answers are those of ${record.baseline}`] : []),
    ...rows.map((row) => rowText(row, withAnswers)),
    ...stabilityLines(rows, record.repetitions),
    ...readyLines(rows),
    ...agreementLines(reviewAgreement(rows, reviews)),
  ].join('\n')
}

function rowText(row: AnswerRow, withAnswer: boolean): string {
  const line = `${row.score ?? '-'}  ${row.tier}  ${row.promptId} #${row.repetition + 1}: ${row.reason}`
  if (!withAnswer) return line
  const { text = '', toolCalls = [] } = row.answer ?? {}
  const said = [text, ...toolCalls.map(({ name, arguments: values }) => `${name}(${values})`)].join('\n').trim()
  return `${line}\n${said.replace(/^/gm, '   | ')}`
}

/** How much a single answer to each prompt would have told; nothing where there is but one. */
function stabilityLines(rows: readonly AnswerRow[], repetitions: number): readonly string[] {
  const scores = [...new Set(rows.map(({ promptId }) => promptId))].map((id) =>
    rows
      .filter(({ promptId }) => promptId === id)
      .toSorted((one, other) => one.repetition - other.repetition)
      .flatMap(({ score }) => score ?? []),
  )
  const whole = scores.filter((each) => each.length === repetitions)
  if (repetitions < 2 || whole.length === 0) return []
  const { totalRates, unanimousRate } = repetitionStability(whole)
  const rates = totalRates.map((rate) => `${Math.round(100 * rate)} %`).join(', ')
  const same = `${Math.round(100 * unanimousRate)} % of ${counted(whole.length, 'prompt')} always have the same score`
  return [`points by repetition: ${rates}; ${same}`]
}

function readyLines(rows: readonly AnswerRow[]): readonly string[] {
  const { tiers, roles } = readinessOf(rows)
  const counts = Object.entries(tiers).map(([tier, { passed, answers }]) => `${tier} ${passed} of ${answers}`)
  const ready = Object.entries(roles).flatMap(([role, each]) => (each.ready ? [role] : []))
  return [`${counts.join(', ')} passed: ready as ${ready.join(' and ') || 'neither worker nor orchestrator'}`]
}

/** How far people and the scores agree, a line for each person. */
export function agreementLines(agreement: readonly ReviewAgreement[]): readonly string[] {
  return agreement.map(({ reviewer, answers, meanScore, runMeanScore, sameRate, kappa }) => {
    const means = `mean score ${meanScore.toFixed(2)}, here ${runMeanScore.toFixed(2)}`
    const same = `${Math.round(100 * sameRate)} % the same`
    const beyond = kappa === undefined ? '' : `, kappa ${kappa.toFixed(2)} (quadratic)`
    return `${reviewer} on ${counted(answers, 'answer')}: ${means}, ${same}${beyond}`
  })
}
