import { z } from 'zod'
import type { Finish, ToolCall } from '../answer.js'
import type { Score } from '../check-result.js'
import type { GenerationFigures, Usage } from '../ports.js'
import type { Tier } from '../suite.js'
import { runIdSchema } from './run-record.js'

/** One answer to one prompt, with its score: a line of `answers.jsonl`. */
export interface AnswerRow {
  readonly promptId: string
  readonly tier: Tier
  /** From 0. */
  readonly repetition: number
  /** Absent: the model could not be asked, and `reason` says why. */
  readonly answer?: { readonly text: string; readonly finish: Finish; readonly toolCalls: readonly ToolCall[] }
  /** Absent: not scored, and `reason` says why. */
  readonly score?: Score
  /** Absent: not checked. */
  readonly passed?: boolean
  readonly reason: string
  /** Models that gave the score. Absent: a checker did, or there is none. */
  readonly judges?: readonly string[]
  /** Whether the answer was cut before its end. */
  readonly truncated: boolean
  /** Absent: the model could not be asked, or the answer is inherited. */
  readonly usage?: Usage
  /** Hash of the answer's tokens, by which exactness is checked. Absent: the engine does not tell them. */
  readonly tokensHash?: string
  /** Absent: the engine does not measure it, or the answer is inherited. */
  readonly generation?: GenerationFigures
  /** The run whose answer and score these are. Absent: its own. */
  readonly inheritedFrom?: string
  /** ISO 8601. */
  readonly startedAt: string
  /** From asking to the whole answer. */
  readonly milliseconds: number
}

const toolCall: z.ZodType<ToolCall> = z.strictObject({ name: z.string().max(10_000), arguments: z.string().max(1e6) })

const count = z.int().min(0)

/** Form of a line of `answers.jsonl`. */
export const answerRowSchema: z.ZodType<AnswerRow> = z.strictObject({
  promptId: z.string().min(1).max(200),
  tier: z.enum(['T1', 'T2', 'T3']),
  repetition: z.int().min(0).max(99),
  answer: z
    .strictObject({
      text: z.string().max(2e6),
      finish: z.enum(['stop', 'length', 'toolCalls', 'timeout']),
      toolCalls: z.array(toolCall).max(1000),
    })
    .exactOptional(),
  score: z.literal([0, 1, 2, 3]).exactOptional(),
  passed: z.boolean().exactOptional(),
  reason: z.string().max(1e6),
  judges: z.array(z.string().max(1000)).max(100).exactOptional(),
  truncated: z.boolean(),
  usage: z.strictObject({ promptTokens: count, completionTokens: count }).exactOptional(),
  tokensHash: z
    .string()
    .regex(/^[0-9a-f]{16}$/)
    .exactOptional(),
  generation: z
    .strictObject({ generateMs: z.number().min(0), steps: count, draftedTokens: count, acceptedTokens: count })
    .exactOptional(),
  inheritedFrom: runIdSchema.exactOptional(),
  startedAt: z.iso.datetime(),
  milliseconds: z.number().min(0),
})

/** What names an answer in its run. */
export function rowKey({ promptId, repetition }: Pick<AnswerRow, 'promptId' | 'repetition'>): string {
  return `${promptId} ${repetition}`
}

/** Whether an answer is right: a checker says so, or a judge gives it the best score. */
export function isPass({ passed, score }: AnswerRow): boolean {
  return passed ?? score === 3
}
