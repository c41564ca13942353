import { basename } from 'node:path'
import type { AnswerRow, ResultsStore, Review, RunSummary, StoredRun } from '@foretoken/judge'

/** What a column holds, in DuckDB's words. */
export type ColumnType = 'BIGINT' | 'BOOLEAN' | 'DOUBLE' | 'JSON' | 'TIMESTAMP' | 'VARCHAR'

/** A value of a column; `undefined` is NULL. */
export type Cell = string | number | boolean | undefined

/** A column, and where its values are from. */
export interface ResultsColumn<Row> {
  readonly name: string
  readonly type: ColumnType
  value(row: Row): Cell
}

/** A run as a row. */
export interface RunFacts extends StoredRun {
  /** Absent: not finished. */
  readonly summary: RunSummary | undefined
  readonly reviews: readonly Review[]
}

/** What a person says of an answer as a row. */
export interface ReviewFacts extends Review {
  readonly runId: string
}

/** An answer as a row. */
export interface AnswerFacts extends AnswerRow {
  readonly runId: string
}

/** Columns of the table `runs`; times are UTC. */
export const runColumns: readonly ResultsColumn<RunFacts>[] = [
  { name: 'run_id', type: 'VARCHAR', value: ({ record }) => record.runId },
  { name: 'suite', type: 'VARCHAR', value: ({ record }) => record.suite.suite },
  { name: 'suite_version', type: 'BIGINT', value: ({ record }) => record.suite.version },
  { name: 'suite_fingerprint', type: 'VARCHAR', value: ({ record }) => record.suite.fingerprint },
  { name: 'model', type: 'VARCHAR', value: ({ record }) => basename(record.model.path) },
  { name: 'model_path', type: 'VARCHAR', value: ({ record }) => record.model.path },
  { name: 'model_bytes', type: 'BIGINT', value: ({ record }) => record.model.bytes },
  { name: 'model_hash', type: 'VARCHAR', value: ({ record }) => record.model.hash },
  { name: 'configuration', type: 'VARCHAR', value: ({ record }) => record.configuration.name },
  { name: 'settings', type: 'JSON', value: ({ record }) => json(record.configuration.settings) },
  { name: 'engine', type: 'VARCHAR', value: ({ record }) => record.engine.name },
  { name: 'engine_version', type: 'VARCHAR', value: ({ record }) => record.engine.version },
  { name: 'engine_settings', type: 'JSON', value: ({ record }) => json(record.engine.settings) },
  { name: 'machine', type: 'JSON', value: ({ record }) => json(record.machine) },
  { name: 'packages', type: 'JSON', value: ({ record }) => json(record.packages) },
  { name: 'temperature', type: 'DOUBLE', value: ({ record }) => record.sampling.temperature },
  { name: 'seed', type: 'BIGINT', value: ({ record }) => record.sampling.seed },
  { name: 'max_tokens', type: 'BIGINT', value: ({ record }) => record.sampling.maxTokens },
  { name: 'baseline', type: 'VARCHAR', value: ({ record }) => record.baseline },
  { name: 'prompts', type: 'BIGINT', value: ({ record }) => record.prompts },
  { name: 'repetitions', type: 'BIGINT', value: ({ record }) => record.repetitions },
  { name: 'answers', type: 'BIGINT', value: ({ rows }) => rows.length },
  { name: 'finished', type: 'BOOLEAN', value: ({ summary }) => summary !== undefined },
  { name: 'started_at', type: 'TIMESTAMP', value: ({ record }) => record.startedAt },
  { name: 'finished_at', type: 'TIMESTAMP', value: ({ summary }) => summary?.finishedAt },
]

/** Columns of the table `answers`; `tool_calls` is a list, `repetition` counts from 0. */
export const answerColumns: readonly ResultsColumn<AnswerFacts>[] = [
  { name: 'run_id', type: 'VARCHAR', value: ({ runId }) => runId },
  { name: 'prompt', type: 'VARCHAR', value: ({ promptId }) => promptId },
  { name: 'tier', type: 'VARCHAR', value: ({ tier }) => tier },
  { name: 'repetition', type: 'BIGINT', value: ({ repetition }) => repetition },
  { name: 'score', type: 'BIGINT', value: ({ score }) => score },
  { name: 'passed', type: 'BOOLEAN', value: ({ passed }) => passed },
  { name: 'reason', type: 'VARCHAR', value: ({ reason }) => reason },
  { name: 'judges', type: 'JSON', value: ({ judges }) => json(judges) },
  { name: 'inherited_from', type: 'VARCHAR', value: ({ inheritedFrom }) => inheritedFrom },
  { name: 'truncated', type: 'BOOLEAN', value: ({ truncated }) => truncated },
  { name: 'finish', type: 'VARCHAR', value: ({ answer }) => answer?.finish },
  { name: 'prompt_tokens', type: 'BIGINT', value: ({ usage }) => usage?.promptTokens },
  { name: 'tokens', type: 'BIGINT', value: ({ usage }) => usage?.completionTokens },
  { name: 'steps', type: 'BIGINT', value: ({ generation }) => generation?.steps },
  { name: 'drafted_tokens', type: 'BIGINT', value: ({ generation }) => generation?.draftedTokens },
  { name: 'accepted_tokens', type: 'BIGINT', value: ({ generation }) => generation?.acceptedTokens },
  { name: 'generate_ms', type: 'DOUBLE', value: ({ generation }) => generation?.generateMs },
  { name: 'ms', type: 'DOUBLE', value: ({ milliseconds }) => milliseconds },
  { name: 'started_at', type: 'TIMESTAMP', value: ({ startedAt }) => startedAt },
  { name: 'tool_calls', type: 'JSON', value: ({ answer }) => json(answer?.toolCalls) },
  { name: 'text', type: 'VARCHAR', value: ({ answer }) => answer?.text },
]

/** Columns of the table `reviews`. */
export const reviewColumns: readonly ResultsColumn<ReviewFacts>[] = [
  { name: 'run_id', type: 'VARCHAR', value: ({ runId }) => runId },
  { name: 'prompt', type: 'VARCHAR', value: ({ promptId }) => promptId },
  { name: 'repetition', type: 'BIGINT', value: ({ repetition }) => repetition },
  { name: 'reviewer', type: 'VARCHAR', value: ({ reviewer }) => reviewer },
  { name: 'score', type: 'BIGINT', value: ({ score }) => score },
  { name: 'remark', type: 'VARCHAR', value: ({ remark }) => remark },
  { name: 'reviewed_at', type: 'TIMESTAMP', value: ({ reviewedAt }) => reviewedAt },
]

/** Columns of the view `scores`: of each answer what most questions are about, with its run. */
export const scoreColumns: readonly string[] = [
  'run_id',
  'suite',
  'suite_version',
  'model',
  'configuration',
  'prompt',
  'tier',
  'repetition',
  'score',
  'passed',
  'tokens',
  'ms',
  'generate_ms',
  'truncated',
  'reason',
  'text',
]

/** The rows of a store, a run at a time. */
export async function* storedRuns(store: ResultsStore): AsyncGenerator<RunFacts, void, void> {
  const summaries = new Map((await store.finished()).map((summary) => [summary.runId, summary]))
  for (const runId of await store.runIds()) {
    const reviews = await store.readReviews(runId)
    yield { ...(await store.read(runId)), summary: summaries.get(runId), reviews }
  }
}

function json(value: unknown): string | undefined {
  return value === undefined ? undefined : JSON.stringify(value)
}
