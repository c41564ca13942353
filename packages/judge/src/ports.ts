import type { Tokens } from '@foretoken/contract'
import type { Answer, Finish, ToolCall } from './answer.js'
import type { Message, ToolDefinition } from './message.js'

/** An image as bytes, with its media type. */
export interface ImageData {
  readonly mediaType: string
  readonly bytes: Uint8Array
}

/** Options of a {@link Complete} port. */
export interface CompleteOptions {
  /** Most tokens of the answer. */
  readonly maxTokens: number
  /**
   * Sampling temperature (0 to 2); 0 is greedy.
   * @defaultValue 0
   */
  readonly temperature?: number
  /**
   * Seed of the sampler, where the engine has one.
   * @defaultValue 0
   */
  readonly seed?: number
  /**
   * Images of the last user message.
   * @defaultValue []
   */
  readonly images?: readonly ImageData[]
  /**
   * Functions that the model may call.
   * @defaultValue []
   */
  readonly tools?: readonly ToolDefinition[]
  /**
   * JSON Schema that the answer must fit, for engines that can enforce one.
   * @defaultValue no schema
   */
  readonly schema?: Readonly<Record<string, unknown>>
  /** Cancels; what was written so far is returned with the finish `timeout`. */
  readonly signal?: AbortSignal
}

/** Tokens that a completion took, as the engine counts them. */
export interface Usage {
  readonly promptTokens: number
  readonly completionTokens: number
}

/** What writing an answer took, without reading the prompt. */
export interface GenerationFigures {
  readonly generateMs: number
  /** Evaluations of the model; fewer than tokens where drafting helped. */
  readonly steps: number
  /** Tokens that a drafter guessed and the model verified. */
  readonly draftedTokens: number
  readonly acceptedTokens: number
}

/** What a model answered. */
export interface Completion extends Answer {
  readonly finish: Finish
  readonly toolCalls: readonly ToolCall[]
  readonly usage: Usage
  /** The answer token by token, by which exactness is checked. Absent: the engine does not tell. */
  readonly tokens?: Tokens
  /** Absent: the engine does not measure it. */
  readonly generation?: GenerationFigures
}

/** The port through which models are asked; the app wires an engine to it. */
export type Complete = (messages: readonly Message[], options: CompleteOptions) => Promise<Completion>

/** The port through which time is told, so that tests need not wait. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
  /** Resolves after so many milliseconds, or rejects when `signal` aborts. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>
}
