import { SpeculationError } from '@foretoken/contract'
import { z } from 'zod'

/** One event of a streamed answer, of a chat or of a plain completion. */
export interface StreamChunk {
  readonly choices: readonly StreamChoice[]
  readonly usage?: StreamUsage | null | undefined
  readonly timings?: StreamTimings | undefined
}

/** Its part about the answer. */
export interface StreamChoice {
  readonly delta?: StreamDelta | null | undefined
  /** Of a plain completion. */
  readonly text?: string | null | undefined
  readonly logprobs?: StreamLogProbabilities | null | undefined
  readonly finish_reason?: string | null | undefined
  /** vLLM: the stop string that came. */
  readonly stop_reason?: unknown
}

/** What is new of a chat's message. */
export interface StreamDelta {
  readonly content?: string | null | undefined
  readonly refusal?: string | null | undefined
  readonly tool_calls?: readonly CallPiece[] | null | undefined
}

/** A piece of a call of a tool. */
export interface CallPiece {
  readonly index?: number | undefined
  readonly id?: string | null | undefined
  readonly function?:
    | { readonly name?: string | null | undefined; readonly arguments?: string | null | undefined }
    | undefined
}

/** What an answer took. */
export interface StreamUsage {
  readonly prompt_tokens: number
  readonly completion_tokens: number
  readonly prompt_tokens_details?: { readonly cached_tokens?: number | null | undefined } | null | undefined
}

/** What llama-server counts, with every token. */
export interface StreamTimings {
  readonly cache_n: number
  readonly prompt_n: number
  readonly predicted_n: number
  readonly predicted_ms: number
  readonly draft_n?: number | undefined
  readonly draft_n_accepted?: number | undefined
}

/** How probable tokens were: OpenAI's form, or the older one of plain completions. */
export type StreamLogProbabilities =
  | { readonly content: readonly StreamToken[] | null }
  | {
      readonly tokens: readonly string[]
      readonly token_logprobs: readonly (number | null)[]
      readonly top_logprobs?: readonly (Readonly<Record<string, number>> | null)[] | null | undefined
    }

/** A token and the best others. */
export interface StreamToken {
  readonly token: string
  readonly logprob: number
  readonly top_logprobs?: readonly { readonly token: string; readonly logprob: number }[] | undefined
}

const count = z.number().int().min(0)

const tokenSchema: z.ZodType<StreamToken> = z.object({
  token: z.string(),
  logprob: z.number(),
  top_logprobs: z.array(z.object({ token: z.string(), logprob: z.number() })).optional(),
})

const logprobsSchema: z.ZodType<StreamLogProbabilities> = z.union([
  z.object({ content: z.array(tokenSchema).nullable() }),
  z.object({
    tokens: z.array(z.string()),
    token_logprobs: z.array(z.number().nullable()),
    top_logprobs: z.array(z.record(z.string(), z.number()).nullable()).nullish(),
  }),
])

const callSchema: z.ZodType<CallPiece> = z.object({
  index: count.optional(),
  id: z.string().nullish(),
  function: z.object({ name: z.string().nullish(), arguments: z.string().nullish() }).optional(),
})

const choiceSchema: z.ZodType<StreamChoice> = z.object({
  delta: z
    .object({ content: z.string().nullish(), refusal: z.string().nullish(), tool_calls: z.array(callSchema).nullish() })
    .nullish(),
  text: z.string().nullish(),
  logprobs: logprobsSchema.nullish(),
  finish_reason: z.string().nullish(),
  stop_reason: z.unknown().optional(),
})

const usageSchema: z.ZodType<StreamUsage> = z.object({
  prompt_tokens: count,
  completion_tokens: count,
  prompt_tokens_details: z.object({ cached_tokens: count.nullish() }).nullish(),
})

const timingsSchema: z.ZodType<StreamTimings> = z.object({
  cache_n: count,
  prompt_n: count,
  predicted_n: count,
  predicted_ms: z.number(),
  draft_n: count.optional(),
  draft_n_accepted: count.optional(),
})

const chunkSchema: z.ZodType<StreamChunk> = z.object({
  choices: z.array(choiceSchema),
  usage: usageSchema.nullish(),
  timings: timingsSchema.optional(),
})

/** Checks an event. Throws `ERR_ENGINE_LOST` for one of another form. */
export function streamChunk(event: unknown): StreamChunk {
  const result = chunkSchema.safeParse(event)
  if (result.success) return result.data
  const message = `the server's stream is not of OpenAI's form: ${z.prettifyError(result.error).slice(0, 300)}`
  throw new SpeculationError('ERR_ENGINE_LOST', message)
}
