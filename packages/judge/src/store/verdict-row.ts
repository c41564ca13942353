import { z } from 'zod'
import type { Score } from '../check-result.js'
import { type AnswerRow, rowKey } from './answer-row.js'

/** Reason of an answer that only a judge can score. */
export const judgeNeeded = 'it has a rubric and no checker: a judge must score it'

/** What judges say of one answer: a line of `verdicts.jsonl`. */
export interface VerdictRow {
  readonly promptId: string
  /** From 0. */
  readonly repetition: number
  /** Names of all judges that were asked, sorted. */
  readonly judges: readonly string[]
  /** What the verdicts come to. */
  readonly score: Score
  readonly verdicts: readonly { readonly judge: string; readonly score: Score; readonly reason: string }[]
  /** Judges that did not judge. */
  readonly missing: readonly { readonly judge: string; readonly reason: string }[]
  /** ISO 8601. */
  readonly judgedAt: string
}

const score = z.literal([0, 1, 2, 3])
const name = z.string().min(1).max(1000)
const reason = z.string().max(10_000)

/** Form of a line of `verdicts.jsonl`. */
export const verdictRowSchema: z.ZodType<VerdictRow> = z.strictObject({
  promptId: z.string().min(1).max(200),
  repetition: z.int().min(0).max(99),
  judges: z.array(name).min(1).max(100),
  score,
  verdicts: z
    .array(z.strictObject({ judge: name, score, reason }))
    .min(1)
    .max(100),
  missing: z.array(z.strictObject({ judge: name, reason })).max(100),
  judgedAt: z.iso.datetime(),
})

/** What counts of several verdicts on an answer: the last, by answer. */
function lastVerdicts(verdicts: readonly VerdictRow[]): ReadonlyMap<string, VerdictRow> {
  return new Map(verdicts.map((verdict) => [rowKey(verdict), verdict]))
}

/** The answers with the judges' scores where no checker gave one. */
export function withVerdicts(rows: readonly AnswerRow[], verdicts: readonly VerdictRow[]): readonly AnswerRow[] {
  const last = lastVerdicts(verdicts)
  return rows.map((row) => {
    const verdict = last.get(rowKey(row))
    // A score that a run inherited may be a judge's, too.
    if (verdict === undefined || (row.score !== undefined && row.judges === undefined)) return row
    const reasons = verdict.verdicts.map(({ judge, reason: said }) => `${judge}: ${said}`).join('; ')
    return { ...row, score: verdict.score, reason: reasons, judges: verdict.judges }
  })
}
