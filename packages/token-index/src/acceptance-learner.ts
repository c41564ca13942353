import { assertInteger, SpeculationError } from '@foretoken/contract'
import { exponential, logOdds } from './exact-functions.js'

/** Buckets of match lengths. */
const LENGTHS = 15
/** One-hot features of a candidate. */
const ONE_HOT = 12
/** Weights that a candidate names: those of its one-hot features, then that of the log-odds input. */
export const FEATURES: number = ONE_HOT + 1

/** Where each group of dense weights starts; those found by hash come behind them. */
export const GROUPS: Readonly<Record<'length' | 'agreement' | 'near' | 'similar' | 'recency' | 'after', number>> = {
  length: 0,
  agreement: 64,
  near: 72,
  similar: 80,
  recency: 80 + LENGTHS * 9,
  after: 112 + LENGTHS * 9,
}
const LEAST_HASH_BITS = 8
const MOST_HASH_BITS = 20
const DENSE = 128 + LENGTHS * 9
const RATE = 0.2
/** Adagrad's first sums of squares: how far the first weights are trusted. */
const DENSE_SUM = 4
const HASHED_SUM = 0.5
/** By bucket of match length, how often a copy is right before anything is learned. */
const PRIOR = [0.05, 0.12, 0.25, 0.38, 0.48, 0.58, 0.65, 0.7, 0.74, 0.8, 0.84, 0.87, 0.9, 0.93, 0.95]
const INPUT_WEIGHT = 0.3
const CONTEXT_BITS = 12
const CONTEXTS: number = 1 << CONTEXT_BITS
/** Log-odds of a mean, by its place in this table. */
const MEANS = 1024
const LOWEST_MEAN = 0.01
const logOddsOfMean: Float64Array = Float64Array.from({ length: MEANS + 1 }, (_, index) =>
  logOdds(Math.min(Math.max(index / MEANS, LOWEST_MEAN), 1 - LOWEST_MEAN)),
)
const HIGHEST_SCORE = 20
/** No text can teach more than this. */
const HIGHEST_WEIGHT = 1e6
/** Sightings are counted up to here. */
const MOST_SIGHTINGS = 14

/** Options of {@link AcceptanceLearner}. */
export interface AcceptanceLearnerOptions {
  /**
   * Dense weights that another learner has exported.
   * @defaultValue those of how often copies of each length are right
   */
  readonly weights?: Float32Array
  /**
   * Binary logarithm of the number of weights that are found by hash (8 to 20): fewer suit a single request, for which they
   * are made anew.
   * @defaultValue 16
   */
  readonly hashBits?: number
}

/** What a learner has learned, to be saved. */
export interface LearnerState {
  /** Each weight with the sum of its squared gradients behind it. */
  readonly weights: Float32Array
  /** Per context: how often the best candidate was right … */
  readonly means: Float32Array
  /** … and how often that was seen. */
  readonly sightings: Uint8Array
}

/**
 * A softmax over the candidates for one position and "none of them", learned online with Adagrad (Duchi et al. 2011).
 * Most features name their weight by hash, as in Weinberger et al. 2009, so single tokens, pairs and contexts are
 * learned within a few sightings. Mixing of contexts after PAQ (Mahoney 2005).
 *
 * Weights are Float32 and every sum has a fixed order: the same labels give the same weights, bit by bit.
 */
export class AcceptanceLearner {
  /** Each weight with the sum of its squared gradients behind it: side by side, they are fetched at once. */
  readonly weights: Float32Array
  /** Per hash of a token: how often the best candidate behind it was right … */
  readonly #means: Float32Array = new Float32Array(CONTEXTS).fill(0.5)
  /** … and how often that was seen, up to a bound, so that old sightings fade. */
  readonly #sightings: Uint8Array = new Uint8Array(CONTEXTS)
  /** Bits of a hash that name no weight. */
  readonly hashShift: number

  constructor({ weights, hashBits = 16 }: AcceptanceLearnerOptions = {}) {
    assertInteger('hashBits', hashBits, { min: LEAST_HASH_BITS, max: MOST_HASH_BITS })
    this.hashShift = 32 - hashBits
    const own = new Float32Array(2 * (DENSE + (1 << hashBits)))
    this.weights = own
    for (let at = 1; at < own.length; at += 2) own[at] = at < 2 * DENSE ? DENSE_SUM : HASHED_SUM
    for (const [length, prior] of PRIOR.entries()) {
      for (let kind = 0; kind < 4; kind++) own[2 * (GROUPS.length + 4 * length + kind)] = logOdds(prior)
      own[2 * (GROUPS.after + length)] = INPUT_WEIGHT
    }
    if (weights === undefined) return
    assertWeights(weights)
    for (let weight = 0; weight < DENSE; weight++) own[2 * weight] = weights[weight] as number
  }

  /** A copy of the dense weights: they know copies, not tokens, so they suit every vocabulary. */
  exportWeights(): Float32Array {
    return Float32Array.from({ length: DENSE }, (_, weight) => this.weights[2 * weight] as number)
  }

  /** One that has learned the same and goes on alone. */
  clone(): AcceptanceLearner {
    return new AcceptanceLearner({ hashBits: 32 - this.hashShift }).#set(this.weights, this.#means, this.#sightings)
  }

  /** The learner that a state was taken from. Throws `ERR_MEMORY_FORMAT` unless the state is sound. */
  static from({ weights, means, sightings }: LearnerState): AcceptanceLearner {
    const hashBits = Math.log2(weights.length / 2 - DENSE)
    const isSound =
      Number.isInteger(hashBits) &&
      hashBits >= LEAST_HASH_BITS &&
      hashBits <= MOST_HASH_BITS &&
      weights.every(isSoundAt) &&
      areWithin(means, CONTEXTS, 0, 1) &&
      areWithin(sightings, CONTEXTS, 0, MOST_SIGHTINGS)
    if (isSound) return new AcceptanceLearner({ hashBits }).#set(weights, means, sightings)
    throw new SpeculationError(
      'ERR_MEMORY_FORMAT',
      'the saved weights are damaged: their number or a value is none of a learner; delete them, they are learned again',
    )
  }

  /** A copy of all that it has learned, to be saved. */
  state(): LearnerState {
    return { weights: this.weights.slice(), means: this.#means.slice(), sightings: this.#sightings.slice() }
  }

  /** The context that `token` makes for what stands behind it. */
  static contextOf(token: number): number {
    return Math.imul(token, 0x9e3779b1) >>> (32 - CONTEXT_BITS)
  }

  /** Log-odds that the best candidate in a context is right: an input of its scores. */
  reliability(context: number): number {
    return logOddsOfMean[((this.#means[context] as number) * MEANS + 0.5) | 0] as number
  }

  /** Moves a candidate's weights against `error`: its chance less 1 if it was right. */
  learn(features: Int32Array, from: number, reliability: number, error: number): void {
    const square = error * error
    const step = RATE * error
    for (let index = from; index < from + ONE_HOT; index++) this.#move(features[index] as number, step, square)
    this.#move(features[from + ONE_HOT] as number, step * reliability, square * reliability * reliability)
  }

  /** Notes whether the best candidate in a context was right. */
  observe(context: number, hit: 0 | 1): void {
    const count = this.#sightings[context] as number
    const mean = this.#means[context] as number
    if (count < MOST_SIGHTINGS) this.#sightings[context] = count + 1
    this.#means[context] = mean + (hit - mean) / (count + 3)
  }

  get bytes(): number {
    return this.weights.byteLength + 5 * CONTEXTS
  }

  #set(weights: Float32Array, means: Float32Array, sightings: Uint8Array): this {
    this.weights.set(weights)
    this.#means.set(means)
    this.#sightings.set(sightings)
    return this
  }

  /** One step of Adagrad. */
  #move(weight: number, step: number, square: number): void {
    const weights = this.weights
    const at = 2 * weight
    const sum = (weights[at + 1] as number) + square
    weights[at + 1] = sum
    weights[at] = (weights[at] as number) - step / Math.sqrt(sum)
  }
}

/** Number of the weight that a feature names by hash; `hashShift` is the learner's. */
export function hashed(feature: number, hashShift: number): number {
  return DENSE + (Math.imul(feature ^ (feature >>> 15), 0x846ca68b) >>> hashShift)
}

/** Odds of a candidate with that score against "none of them". */
export function oddsOf(score: number): number {
  return exponential(Math.min(score, HIGHEST_SCORE))
}

/** A weight, or behind it the sum of its squared gradients. */
function isSoundAt(value: number, at: number): boolean {
  return at % 2 === 0 ? Math.abs(value) <= HIGHEST_WEIGHT : value >= HASHED_SUM && value <= Number.MAX_VALUE
}

/** Whether there are `count` values, each from `least` to `most`. */
function areWithin(values: Float32Array | Uint8Array, count: number, least: number, most: number): boolean {
  return values.length === count && values.every((value) => value >= least && value <= most)
}

function assertWeights(weights: Float32Array): void {
  if (weights.length === DENSE && weights.every((weight) => Math.abs(weight) <= HIGHEST_SCORE)) return
  throw new SpeculationError(
    'ERR_OPTION_INVALID',
    `weights must be the ${DENSE} that exportWeights() gives, each from -${HIGHEST_SCORE} to ${HIGHEST_SCORE}; ` +
      `got ${weights.length}`,
  )
}
