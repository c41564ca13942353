import type {
  Drafter,
  DraftSessionOptions,
  LengthPolicy,
  Target,
  TargetSessionOptions,
  Tokens,
} from '@foretoken/contract'

/** Options of `speculate`. */
export interface SpeculateOptions {
  readonly target: Target
  /** At least one token. */
  readonly prompt: Tokens
  /**
   * Who drafts. A drafter that fails or takes too long is dropped for the session and the text goes on;
   * `Step.dropped` says why. Without one, and on a target that cannot roll back, nothing is drafted.
   * @defaultValue none
   */
  readonly drafter?: Drafter
  /**
   * How much is drafted.
   * @defaultValue up to 16 tokens a step, no threshold
   */
  readonly policy?: LengthPolicy
  /**
   * Most tokens to commit (1 or more). No step overshoots: drafts are limited to what is left.
   * @defaultValue until the target ends the text
   */
  readonly maxTokens?: number
  /**
   * Is shown each step's tokens before they are final. An answer below `tokens.length` keeps that many of them and
   * ends the text with finish `stopped`, as a stop string does; the drafter never hears of the rest.
   * @defaultValue keeps all
   */
  readonly keep?: (tokens: Tokens) => number
  /**
   * Most time for one `draft` or `commit` of the drafter, in milliseconds (1 to 2^31 − 1). A drafter that
   * is waited for is dropped when it is up, one that answered too late when it does so twice in a row.
   * @defaultValue 50
   */
  readonly draftTimeoutMs?: number
  /**
   * Passed to `target.open`; `signal` below takes the place of its own.
   * @defaultValue the target's defaults
   */
  readonly session?: TargetSessionOptions
  /**
   * Passed to `drafter.open`, with the session's sampling.
   * @defaultValue the drafter's defaults
   */
  readonly memory?: DraftSessionOptions
  /**
   * Cancels the text: `ERR_ABORTED` at the next border between draft, verification and step. A step that was not
   * yielded by then is not committed to the drafter.
   * @defaultValue none
   */
  readonly signal?: AbortSignal
}
