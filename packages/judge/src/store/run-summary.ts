import { z } from 'zod'
import type { AnswerRow } from './answer-row.js'
import { type RunRecord, runIdSchema } from './run-record.js'

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
  readonly passed: number
  /** 0 to 3; 0 where nothing is scored. */
  readonly meanScore: number
  readonly truncated: number
  readonly completionTokens: number
  readonly milliseconds: number
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
  completionTokens: count,
  milliseconds: z.number().min(0),
  finishedAt: z.iso.datetime(),
})

/** The run in short. */
export function summarizeRun(record: RunRecord, rows: readonly AnswerRow[], finishedAt: string): RunSummary {
  const scores = rows.flatMap(({ score }) => (score === undefined ? [] : [score]))
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
  return {
    runId: record.runId,
    ...record.suite,
    model: record.model.path,
    configuration: record.configuration.name,
    answers: rows.length,
    scored: scores.length,
    passed: rows.filter(({ passed }) => passed === true).length,
    meanScore: scores.length === 0 ? 0 : sum(scores) / scores.length,
    truncated: rows.filter(({ truncated }) => truncated).length,
    completionTokens: sum(rows.map(({ usage }) => usage?.completionTokens ?? 0)),
    milliseconds: sum(rows.map(({ milliseconds }) => milliseconds)),
    finishedAt,
  }
}
