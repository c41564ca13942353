import { createHash } from 'node:crypto'
import {
  type AnsweringConfiguration,
  type ComparedText,
  inheritanceMismatch,
  inheritScores,
  leastComparedTokens,
} from '../agreement/inherit-scores.js'
import { type AnswerRow, rowKey } from '../store/answer-row.js'
import type { StoredRun } from '../store/results-store.js'
import type { RunRecord } from '../store/run-record.js'

/** Fewest answers that are compared. */
const leastTexts = 4

/** What comparing a run with its baseline has come to. */
export type Exactness =
  /** All that was compared is the same, and it is enough: these rows are the missing ones. */
  | { readonly kind: 'exact'; readonly rows: readonly AnswerRow[] }
  /** More must be compared. */
  | { readonly kind: 'open' }
  | { readonly kind: 'refused'; readonly reason: string }

/**
 * Prompts in an order that is as good as random and the same each time, so that what is compared first stands for the
 * suite, and a run that goes on compares the same.
 */
export function sampleOrder<Prompt extends { readonly id: string }>(prompts: readonly Prompt[]): readonly Prompt[] {
  const rank = ({ id }: Prompt): string => createHash('sha256').update(id).digest('hex')
  return prompts.toSorted((one, other) => (rank(one) < rank(other) ? -1 : 1))
}

/** Compares a run's own answers with its baseline's; answers are the same where all their tokens are. */
export function exactnessOf(run: StoredRun, baseline: StoredRun): Exactness {
  const before = new Map(baseline.rows.map((row) => [rowKey(row), row]))
  if (before.size < run.record.prompts * run.record.repetitions) {
    return { kind: 'refused', reason: `its baseline ${baseline.record.runId} is not finished` }
  }
  const from = { ...configurationOf(baseline.record), scores: baseline.rows }
  const own = configurationOf(run.record)
  const mismatch = inheritanceMismatch(from, own)
  if (mismatch !== undefined) return { kind: 'refused', reason: mismatch }
  // First answers only: how much of the others is there depends on where a run was stopped.
  const texts = run.rows
    .filter(({ repetition, inheritedFrom }) => repetition === 0 && inheritedFrom === undefined)
    .map((row) => comparedText(row, before.get(rowKey(row))))
  const different = texts.find(({ identical }) => !identical)
  if (different !== undefined) return { kind: 'refused', reason: `its answer to ${different.promptId} is another` }
  const tokens = texts.reduce((sum, text) => sum + text.tokens, 0)
  if (texts.length < leastTexts || tokens < leastComparedTokens) return { kind: 'open' }
  const { scores } = inheritScores(from, own, { baseline: from.id, configuration: own.id, texts })
  const answered = new Set(run.rows.map(rowKey))
  return { kind: 'exact', rows: scores.filter((row) => !answered.has(rowKey(row))).map(inherited) }
}

function configurationOf({ runId, model, suite, sampling }: RunRecord): AnsweringConfiguration {
  return {
    id: runId,
    model: model.hash,
    suite: `${suite.suite} (${suite.fingerprint})`,
    suiteVersion: suite.version,
    temperature: sampling.temperature,
  }
}

function comparedText(row: AnswerRow, before: AnswerRow | undefined): ComparedText {
  const { promptId, answer, tokensHash } = row
  const tokens = before?.usage?.completionTokens ?? 0
  // A prompt that is too long for both has no answer, which proves nothing and refutes nothing.
  if (answer === undefined || before?.answer === undefined) {
    return { promptId, tokens: 0, identical: answer === before?.answer }
  }
  return { promptId, tokens, identical: tokensHash !== undefined && tokensHash === before.tokensHash }
}

/** What it took the baseline to write is not what it takes this one. */
function inherited({ usage: _, generation: __, ...row }: AnswerRow): AnswerRow {
  return { ...row, milliseconds: 0 }
}
