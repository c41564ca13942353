import type { Sampling } from './sampling.js'
import type { Tokens } from './tokens.js'
import type { CONTRACT_VERSION } from './version.js'

/** Proposes continuations cheaply. One drafter serves every sequence of one target model. */
export interface Drafter extends Disposable {
  readonly contractVersion: typeof CONTRACT_VERSION
  /** Kebab-case name used in metrics and traces, e.g. `"lookup"`. */
  readonly name: string
  /** Whether drafts may depend on other sessions of the same scope, by their text or by learned weights. */
  readonly learnsAcrossSessions: boolean
  /** Starts drafting for one sequence that begins with `prompt`. Any number of sessions may be open at once. */
  open(prompt: Tokens, options?: DraftSessionOptions): DraftSession
}

/** What a drafter may see and keep of one session. */
export interface DraftSessionOptions {
  /**
   * Everything learned belongs to a scope; what happens in other scopes changes no draft.
   * @defaultValue ''
   */
  readonly scope?: string
  /**
   * What a learning drafter keeps once the session ends.
   * @defaultValue 'all'
   */
  readonly remember?: 'all' | 'outputs' | 'none'
  /**
   * How the target chooses: a draft model that shares its keyed noise guesses sampled tokens, too.
   * @defaultValue greedy
   */
  readonly sampling?: Sampling
}

/** Drafting state of one sequence. Disposal says that the request is over; a learning drafter keeps it then. */
export interface DraftSession extends AsyncDisposable {
  /** Proposes a continuation. Between two commits, equal calls return equal drafts. */
  draft(limits: DraftLimits): Draft | Promise<Draft>
  /** Appends what the target committed: the accepted draft prefix and the bonus token. Cheap; several in a row count as one. */
  commit(tokens: Tokens): void
}

/** Bounds that the caller puts on one draft. */
export interface DraftLimits {
  /** Upper bound on the draft's length, in tokens; `0` asks for the empty draft. */
  readonly maxTokens: number
  /**
   * The draft ends before the product of its probabilities falls below this (0 to 1).
   * @defaultValue 0
   */
  readonly minProbability?: number
  /** Ends a slow draft early; what exists by then may be returned. */
  readonly signal?: AbortSignal
}

/** A proposed continuation. The empty draft means "nothing to propose"; drafters never return null. */
export interface Draft {
  readonly tokens: Tokens
  /** P(token i is accepted | those before it are), in [0, 1]; as long as `tokens`. */
  readonly probabilities?: Float32Array
  /** Name of the drafter that made it, also inside a chain. */
  readonly drafter: string
}
