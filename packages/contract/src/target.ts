import type { Sampling, TokenChoice } from './sampling.js'
import type { TokenId, Tokens } from './tokens.js'
import type { CONTRACT_VERSION } from './version.js'

/** A model whose text is wanted. Drafting changes how fast it speaks, never what it says. */
export interface Target extends AsyncDisposable {
  readonly contractVersion: typeof CONTRACT_VERSION
  /** How rejected tokens leave the model's state. */
  readonly rollback: RollbackClass
  /** Evaluates a prompt of at least one token; throws `ERR_CONTEXT_FULL` when it does not fit. */
  open(prompt: Tokens, options?: TargetSessionOptions): Promise<TargetSession>
}

/**
 * `trim`: cells are dropped from the KV cache. `sliding-window`: the same, within the window. `bounded`: the last few
 * states are kept. `checkpoint`: a copy of the state is restored and the accepted tokens run again. `none`: no drafts.
 */
export type RollbackClass = 'trim' | 'sliding-window' | 'bounded' | 'checkpoint' | 'none'

/** How one sequence is run. */
export interface TargetSessionOptions {
  /**
   * How the next token is chosen.
   * @defaultValue greedy
   */
  readonly sampling?: Sampling
  /**
   * A GBNF grammar that the text must follow.
   * @defaultValue undefined
   */
  readonly grammar?: string
  /**
   * How many of the prompt's last tokens are the answer's own, as where an interrupted text goes on; the grammar
   * takes them in (0 to the prompt's length).
   * @defaultValue 0
   */
  readonly answerTokens?: number
  /**
   * Says in each verdict how probable the committed tokens were, with this many of the best others (0 to 100).
   * @defaultValue undefined: says nothing
   */
  readonly topLogProbabilities?: number
  /**
   * Whether a prefix shared with an earlier session of the same `scope` may be reused instead of evaluated.
   * @defaultValue 'auto'
   */
  readonly reuse?: 'auto' | 'none'
  /**
   * Whose text it is, as for drafters: how long a prompt takes tells nobody what others have written.
   * @defaultValue `''`
   */
  readonly scope?: string
  /** Hears how many prompt tokens are evaluated. */
  readonly onProgress?: (progress: { readonly doneTokens: number; readonly totalTokens: number }) => void
  readonly signal?: AbortSignal
}

/** The target's state for one sequence: a context and one pending token, committed but not yet evaluated. */
export interface TargetSession extends AsyncDisposable {
  /** Tokens of the sequence so far, the pending one included. */
  readonly depth: number
  /** Most tokens that the sequence can have. */
  readonly contextTokens: number
  /**
   * Evaluates the pending token and `draft` in one batch, keeps the accepted prefix and rolls back the rest.
   *
   * The draft is cut, never refused, where an id is outside the vocabulary, before an end-of-text token, and where the
   * context is full; `width` − 1 says how much of it was tried. Throws `ERR_SESSION_BUSY` until an earlier call has
   * settled, `ERR_SESSION_CLOSED` after the end, and `ERR_ABORTED` when it is cancelled before it begins; the session
   * then goes on as if it had not been asked.
   */
  verify(draft: Tokens, options?: { readonly signal?: AbortSignal }): Promise<Verdict>
}

/** The outcome of one verification: `draft[0 … accepted)` and then `next` are now part of the text. */
export interface Verdict {
  readonly accepted: number
  /** The target's own next token. */
  readonly next: TokenId
  /** Why nothing can follow `next`; empty while the text can go on. */
  readonly end: '' | 'end-of-text' | 'context-full'
  /** Tokens in the batch: what was tried of the draft, and the pending token. */
  readonly width: number
  readonly verifyMs: number
  /** Logit distance from the best to the second-best token at the position of `next`. */
  readonly topGap?: number
  /** One for each committed token, where the session was opened with `topLogProbabilities`. */
  readonly choices?: readonly TokenChoice[]
  /** Tokens that other sequences put into the same batch; 0 where nothing was shared. */
  readonly batchWidth?: number
  /**
   * Parts of that batch that were evaluated one after the other, as where its sequences had unequal widths: what was shared saved
   * time only as far as this is 1.
   */
  readonly microBatches?: number
}
