import { z } from 'zod'
import { type AnswerRow, isPass } from './answer-row.js'
import { type RunRecord, runIdSchema } from './run-record.js'
import { summarizeSpeed } from './run-speed.js'

/** A finished run in short: a line of `index.jsonl`. */
export interface RunSummary {
  readonly runId: string
  readonly suite: string
  readonly version: number
  readonly fingerprint: string
  /** Path of the model. */
  readonly model: string
  readonly configuration: string
  readonly answers: number
  /** Answers with a score. */
  readonly scored: number
  /** Answers that a checker passed, or that a judge gave the best score. */
  readonly passed: number
  /** 0 to 3; 0 where nothing is scored. */
  readonly meanScore: number
  readonly truncated: number
  /** Answers of the baseline that stand for this run's own. Absent: none. */
  readonly inherited?: number
  readonly completionTokens: number
  readonly milliseconds: number
  /** Without reading the prompts. Absent: the engine does not measure it. */
  readonly tokensPerSecond?: number
  /** Written tokens by evaluation of the model. Absent: the engine does not measure it. */
  readonly tokensPerStep?: number
  /** Share of the drafted tokens that the model would have written, too. Absent: nothing was drafted. */
  readonly acceptanceRate?: number
  /** ISO 8601. */
  readonly finishedAt: string
}

const count = z.int().min(0)

/** Form of a line of `index.jsonl`. */
export const runSummarySchema: z.ZodType<RunSummary> = z.strictObject({
  runId: runIdSchema,
  suite: z.string().max(1000),
  version: count,
  fingerprint: z.string().max(64),
  model: z.string().max(1000),
  configuration: z.string().max(1000),
  answers: count,
  scored: count,
  passed: count,
  meanScore: z.number().min(0).max(3),
  truncated: count,
  inherited: count.exactOptional(),
  completionTokens: count,
  milliseconds: z.number().min(0),
  tokensPerSecond: z.number().min(0).exactOptional(),
  tokensPerStep: z.number().min(0).exactOptional(),
  acceptanceRate: z.number().min(0).max(1).exactOptional(),
  finishedAt: z.iso.datetime(),
})

/** The run in short. */
export function summarizeRun(record: RunRecord, rows: readonly AnswerRow[], finishedAt: string): RunSummary {
  const scores = rows.flatMap(({ score }) => (score === undefined ? [] : [score]))
  const inherited = rows.filter(({ inheritedFrom }) => inheritedFrom !== undefined).length
  return {
    runId: record.runId,
    ...record.suite,
    model: record.model.path,
    configuration: record.configuration.name,
    answers: rows.length,
    scored: scores.length,
    passed: rows.filter(isPass).length,
    meanScore: scores.length === 0 ? 0 : sum(scores) / scores.length,
    truncated: rows.filter(({ truncated }) => truncated).length,
    ...(inherited > 0 && { inherited }),
    completionTokens: sum(rows.map(({ usage }) => usage?.completionTokens ?? 0)),
    milliseconds: sum(rows.map(({ milliseconds }) => milliseconds)),
    ...summarizeSpeed(rows),
    finishedAt,
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
