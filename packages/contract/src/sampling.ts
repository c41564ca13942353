import type { TokenId } from './tokens.js'

/**
 * How the next token is chosen: llama.cpp's sampler chain (`common_sampler`), its order and its defaults for "off". Logit
 * biases and penalties come first, then DRY, top-n-sigma, top-k, typical, top-p, min-p, XTC and the temperature; the token
 * is the one with the largest log-probability plus noise that is keyed by seed, position and token (Gumbel-max), so the
 * same seed gives the same text whatever is drafted.
 */
export interface Sampling {
  /**
   * 0 is greedy: the most probable token of what the chain leaves (0 to 100).
   * @defaultValue 0
   */
  readonly temperature?: number
  /**
   * Key of the noise (0 to 2^53 − 1).
   * @defaultValue 0
   */
  readonly seed?: number
  /**
   * Keeps this many of the most probable tokens (0 or more; 0 keeps all).
   * @defaultValue 0
   */
  readonly topK?: number
  /**
   * Keeps the fewest tokens whose probabilities reach this together (above 0 to 1).
   * @defaultValue 1
   */
  readonly topP?: number
  /**
   * Keeps tokens at least this probable, relative to the most probable one (0 to 1).
   * @defaultValue 0
   */
  readonly minP?: number
  /**
   * Keeps tokens of typical information up to this probability together (above 0 to 1).
   * @defaultValue 1
   */
  readonly typicalP?: number
  /**
   * Keeps tokens within this many standard deviations of the best logit (above 0).
   * @defaultValue undefined: keeps all
   */
  readonly topNSigma?: number
  /**
   * XTC: with this probability, keyed as the noise is, drops all tokens above the threshold but the least probable.
   * @defaultValue undefined: never
   */
  readonly xtc?: { readonly probability: number; readonly threshold: number }
  /**
   * Penalties on tokens among the last ones of the text, drafted tokens that were accepted included.
   * @defaultValue undefined: none
   */
  readonly penalties?: Penalties
  /**
   * DRY: penalises tokens that would go on with a repetition.
   * @defaultValue undefined: off
   */
  readonly dry?: Dry
  /**
   * Added to the logits of these tokens; −Infinity forbids one.
   * @defaultValue []
   */
  readonly logitBias?: readonly { readonly token: TokenId; readonly bias: number }[]
}

/** llama.cpp's `llama_sampler_init_penalties`. */
export interface Penalties {
  /**
   * How many of the last tokens count (0 or more; 0 is none).
   * @defaultValue 64
   */
  readonly lastTokens?: number
  /**
   * Divides positive and multiplies negative logits of repeated tokens (above 0; 1 is off).
   * @defaultValue 1
   */
  readonly repeat?: number
  /**
   * Subtracted once for each occurrence.
   * @defaultValue 0
   */
  readonly frequency?: number
  /**
   * Subtracted once.
   * @defaultValue 0
   */
  readonly presence?: number
}

/** llama.cpp's `llama_sampler_init_dry`. */
export interface Dry {
  /** Strength (0 or more; 0 is off). */
  readonly multiplier: number
  /**
   * Growth of the penalty with the length of the repetition (1 or more).
   * @defaultValue 1.75
   */
  readonly base?: number
  /**
   * Repetitions up to this long are free, in tokens.
   * @defaultValue 2
   */
  readonly allowedTokens?: number
  /**
   * How many of the last tokens are searched (0 or more; 0 is none).
   * @defaultValue the whole text
   */
  readonly lastTokens?: number
  /**
   * Texts that a repetition does not cross.
   * @defaultValue a line break, ':', '"' and '*'
   */
  readonly breakers?: readonly string[]
}

/** A token and the natural logarithm of its probability, before the chain. */
export interface TokenLogProbability {
  readonly token: TokenId
  readonly logProbability: number
}

/** What the model said of one committed token. */
export interface TokenChoice extends TokenLogProbability {
  /** The most probable tokens, best first. */
  readonly top: readonly TokenLogProbability[]
}
