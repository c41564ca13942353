import type { Dry, Penalties, Sampling } from '@foretoken/contract'

/** How the command line says that tokens are chosen; what is left out is off. */
export interface SamplingOptions {
  /**
   * 0 takes the most probable token (0 to 100).
   * @defaultValue 0
   */
  readonly temp?: number
  /**
   * Key of the random numbers (0 to 2^53 − 1).
   * @defaultValue a random one
   */
  readonly seed?: number
  /** Keeps this many of the most probable tokens. */
  readonly topK?: number
  /** Keeps the fewest tokens whose probabilities reach this together (0 to 1). */
  readonly topP?: number
  /** Keeps tokens at least this probable, relative to the most probable one (0 to 1). */
  readonly minP?: number
  /** Keeps tokens of typical information up to this probability together (0 to 1). */
  readonly typicalP?: number
  /** Keeps tokens within this many standard deviations of the best logit. */
  readonly topNSigma?: number
  /** How often XTC drops the most probable tokens (0 to 1). */
  readonly xtcProbability?: number
  /**
   * How probable a token must be for XTC to drop it (0 to 1).
   * @defaultValue 0.1
   */
  readonly xtcThreshold?: number
  /** Divides the logits of repeated tokens; 1 is off. */
  readonly repeatPenalty?: number
  /** Subtracted from the logits of tokens that occurred. */
  readonly presencePenalty?: number
  /** Subtracted once for each occurrence. */
  readonly frequencyPenalty?: number
  /**
   * How many of the last tokens are penalised.
   * @defaultValue 64
   */
  readonly penaltyTokens?: number
  /** Strength of DRY, which penalises repetitions that go on; 0 is off. */
  readonly dryMultiplier?: number
  /**
   * Growth of DRY's penalty with the length of the repetition.
   * @defaultValue 1.75
   */
  readonly dryBase?: number
  /**
   * Repetitions up to this long are free for DRY, in tokens.
   * @defaultValue 2
   */
  readonly dryAllowedTokens?: number
}

/** The sampling that the options ask for; `undefined` is greedy decoding. Without a seed each call draws one. */
export function samplingOf(options: SamplingOptions): Sampling | undefined {
  const { temp = 0, seed, xtcProbability, xtcThreshold = 0.1 } = options
  const sampling: Sampling = {
    ...(temp > 0 && { temperature: temp, seed: seed ?? Math.floor(Math.random() * 2 ** 32) }),
    ...given({ topK: options.topK, topP: options.topP, minP: options.minP }),
    ...given({ typicalP: options.typicalP, topNSigma: options.topNSigma }),
    ...(xtcProbability && { xtc: { probability: xtcProbability, threshold: xtcThreshold } }),
    ...given({ penalties: penaltiesOf(options), dry: dryOf(options) }),
  }
  return Object.keys(sampling).length === 0 ? undefined : sampling
}

function penaltiesOf(options: SamplingOptions): Penalties | undefined {
  const { repeatPenalty: repeat, presencePenalty: presence, frequencyPenalty: frequency, penaltyTokens } = options
  if (repeat === undefined && presence === undefined && frequency === undefined) return undefined
  return given({ repeat, presence, frequency, lastTokens: penaltyTokens })
}

function dryOf({ dryMultiplier: multiplier, dryBase, dryAllowedTokens }: SamplingOptions): Dry | undefined {
  if (multiplier === undefined) return undefined
  return { multiplier, ...given({ base: dryBase, allowedTokens: dryAllowedTokens }) }
}

type Given<T> = { readonly [Key in keyof T]?: Exclude<T[Key], undefined> }

/** The entries that have a value. */
function given<T extends object>(values: T): Given<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Given<T>
}
