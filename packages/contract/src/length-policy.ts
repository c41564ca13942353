import type { Draft } from './drafter.js'
import type { CONTRACT_VERSION } from './version.js'

/** Decides how many tokens are worth drafting and verifying. */
export interface LengthPolicy {
  readonly contractVersion: typeof CONTRACT_VERSION
  /** Kebab-case name used in metrics, e.g. `"windowed"`. */
  readonly name: string
  /** Starts deciding for one sequence. */
  open(): LengthSession
}

/** Length decisions of one sequence, one round after another: `limits`, `cut`, `observe`. */
export interface LengthSession {
  /** What to ask the drafter for; `maxTokens` 0 means that this step drafts nothing. */
  limits(state: LengthState): LengthLimits
  /** How many of the draft's first tokens to verify, 0 to its length. */
  cut(draft: Draft): number
  /** What came of it; called once a step, also when nothing was drafted. */
  observe(observation: LengthObservation): void
}

/** What a policy knows before a step. */
export interface LengthState {
  /** Tokens in the target's context. */
  readonly depth: number
  /** Tokens that other sequences put into the same batch. */
  readonly batchWidth: number
}

/** What a policy asks the drafter for. */
export interface LengthLimits {
  /** Longest useful draft, in tokens. */
  readonly maxTokens: number
  /** Break-even probability of the cheapest draft (0 to 1). */
  readonly minProbability: number
}

/** What one step cost and brought. */
export interface LengthObservation {
  /** The whole draft, before the cut; empty when nothing was drafted. */
  readonly draft: Draft
  /** Tokens of it that were verified. */
  readonly sent: number
  /** Tokens of those that were accepted. */
  readonly accepted: number
  readonly draftMs: number
  readonly verifyMs: number
  /** Tokens in this sequence's part of the batch: `sent` + 1. */
  readonly width: number
  readonly batchWidth: number
  /** As the target's verdict says it; absent where it does not. */
  readonly microBatches?: number
  /** Tokens in the target's context before the step. */
  readonly depth: number
}
