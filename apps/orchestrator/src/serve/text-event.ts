import type { Summary } from '@foretoken/speculate'
import type { ToolCall } from './text-request.js'

/** What happens while an answer is written: `start`, then `piece`s and `tool-call`s, then `end`. Failures are thrown. */
export type TextEvent = TextStart | TextPieceEvent | ToolCallEvent | TextEnd

/** The prompt is read. */
export interface TextStart {
  readonly kind: 'start'
  /** 0 where the engine tells it at the end only, as remote servers do. */
  readonly promptTokens: number
  /** Tokens of the prompt that did not have to be evaluated again. */
  readonly reusedTokens: number
}

/** A step of the loop, and the text that became final with it. Text may be empty, as where it may become a tool call. */
export interface TextPieceEvent {
  readonly kind: 'piece'
  readonly pieces: readonly ServedPiece[]
  /** Absent where the engine does not speak of steps: `llama-server` and remote servers. */
  readonly step?: ServedStep
  /** One for each token of the step, where they were asked for. */
  readonly logProbabilities?: readonly ServedLogProbability[]
}

/** Text made by one drafter, or by the model itself. */
export interface ServedPiece {
  readonly text: string
  /** Who drafted it; empty for the model's own token. */
  readonly drafter: string
  /** How probable the drafter thought that it is accepted (0 to 1), where it said so. */
  readonly probability?: number
}

/** One verified batch, as a request's trace keeps it. */
export interface ServedStep {
  /** 0 for the first step of the answer. */
  readonly index: number
  /** Who drafted; empty when nothing was drafted. */
  readonly drafter: string
  /** Committed tokens. */
  readonly tokens: number
  readonly proposedTokens: number
  readonly draftedTokens: number
  readonly acceptedTokens: number
  /** Tokens in the verified batch: `draftedTokens` + 1. */
  readonly width: number
  /** Tokens that other requests put into the same batch. */
  readonly batchWidth: number
  readonly draftMs: number
  readonly verifyMs: number
}

/** How probable a token was, and the best others. */
export interface ServedLogProbability extends TokenProbability {
  readonly top: readonly TokenProbability[]
}

/** A token, alone, and how probable it was. */
export interface TokenProbability {
  /** U+FFFD where the token is only a part of a character; empty for a special one, such as the end of the text. */
  readonly text: string
  /** Its bytes, where `text` does not say them. */
  readonly bytes?: readonly number[]
  readonly logProbability: number
}

/** A whole call of a tool; its text was not shown as a piece. */
export interface ToolCallEvent {
  readonly kind: 'tool-call'
  readonly call: ToolCall
}

/** The answer is complete. */
export interface TextEnd {
  readonly kind: 'end'
  readonly finish: ServedFinish
  /** Which of the request's stop strings ended the answer; absent where none did. */
  readonly stopString?: string
  readonly completionTokens: number
  /** What the start could not tell yet; absent where it did. */
  readonly promptTokens?: number
  /** What the start could not tell yet; absent where it did. */
  readonly reusedTokens?: number
  /** Absent where the engine does not speak of steps. */
  readonly summary?: Summary
  /** Why nothing was drafted although it could have been; absent where it was. */
  readonly notDrafted?: string
}

/** `stop`: the model ended or a stop string came; `length`: no more tokens were allowed or had room; `tool-calls`: tools are called. */
export type ServedFinish = 'stop' | 'length' | 'tool-calls'
