import type { TokenChoice } from './sampling.js'
import type { Verdict } from './target.js'
import type { Tokens } from './tokens.js'

/** One round of the loop: a draft, its verification, and what was committed. Everything is told in steps. */
export interface Step {
  /** 0 for the first step after the prompt. */
  readonly index: number
  /** Committed tokens: the accepted ones, then the bonus token. Shorter when the text was stopped inside the step. */
  readonly tokens: Tokens
  /** Who drafted; empty when nothing was drafted. */
  readonly drafter: string
  /** Length of the draft before the policy's cut. */
  readonly proposedTokens: number
  /** Tokens of the draft that the target verified. */
  readonly draftedTokens: number
  /** Tokens of those that the target accepted. */
  readonly acceptedTokens: number
  /** P(accepted) of each drafted token, where the drafter says it. */
  readonly probabilities?: Float32Array
  /** Tokens in the verified batch: `draftedTokens` + 1. */
  readonly width: number
  /** Tokens that other sequences put into the same batch; absent where nothing was shared. */
  readonly batchWidth?: number
  readonly draftMs: number
  readonly verifyMs: number
  readonly topGap?: number
  /** What the model said of each of `tokens`, where the session was opened with `topLogProbabilities`. */
  readonly choices?: readonly TokenChoice[]
  /** Why this is the last step; empty while more follow. */
  readonly finish: Finish
  /** Why the drafter was dropped for the rest of the session; absent while it is trusted. */
  readonly dropped?: string
}

/** Why a text ended. `stopped`: the caller cut it, as a stop string does. A cancelled text throws `ERR_ABORTED` instead. */
export type Finish = Verdict['end'] | 'max-tokens' | 'stopped'
