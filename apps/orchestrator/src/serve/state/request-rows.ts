import type { RequestRecord, RouteDecision } from '../serving-service.js'

/** A request as its table holds it. */
export interface RequestRow {
  readonly seq: number
  readonly id: string
  readonly key: string
  readonly model: string
  readonly route: string
  readonly started_at: string
  readonly queue_ms: number
  readonly prompt_ms: number
  readonly generate_ms: number
  readonly prompt_tokens: number
  readonly reused_tokens: number
  readonly completion_tokens: number
  readonly drafted_tokens: number
  readonly accepted_tokens: number
  readonly steps: number
  readonly finish: string
  readonly error: string | null
}

/** Columns that a request is written with, in the order of {@link rowValues}. */
export const rowColumns = [
  'id',
  'key',
  'model',
  'role',
  'route',
  'started_at',
  'queue_ms',
  'prompt_ms',
  'generate_ms',
  'prompt_tokens',
  'reused_tokens',
  'completion_tokens',
  'drafted_tokens',
  'accepted_tokens',
  'steps',
  'finish',
  'error',
] as const

/** The values of a record. */
export function rowValues(record: RequestRecord): readonly (string | number | null)[] {
  return [
    record.id,
    record.key,
    record.model,
    record.route.role ?? null,
    JSON.stringify(record.route),
    record.startedAt,
    record.queueMs,
    record.promptMs,
    record.generateMs,
    record.promptTokens,
    record.reusedTokens,
    record.completionTokens,
    record.draftedTokens,
    record.acceptedTokens,
    record.steps,
    record.finish,
    record.error ?? null,
  ]
}

/** The record of a row. */
export function recordOf(row: RequestRow): RequestRecord {
  return {
    id: row.id,
    key: row.key,
    model: row.model,
    route: JSON.parse(row.route) as RouteDecision,
    startedAt: row.started_at,
    queueMs: row.queue_ms,
    promptMs: row.prompt_ms,
    generateMs: row.generate_ms,
    promptTokens: row.prompt_tokens,
    reusedTokens: row.reused_tokens,
    completionTokens: row.completion_tokens,
    draftedTokens: row.drafted_tokens,
    acceptedTokens: row.accepted_tokens,
    steps: row.steps,
    finish: row.finish,
    ...(row.error !== null && { error: row.error }),
  }
}
