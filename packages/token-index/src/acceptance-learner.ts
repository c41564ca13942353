import { SpeculationError } from '@foretoken/contract'
import { exponential, logOdds } from './exact-functions.js'

/** Buckets of match lengths. */
const LENGTHS = 15
/** One-hot features of a candidate. */
const ONE_HOT = 12
/** Weights that a candidate names: those of its one-hot features, then that of the log-odds input. */
export const FEATURES: number = ONE_HOT + 1

const HASH_BITS = 16
/** Where each group of dense weights starts; those found by hash come behind them. */
export const GROUPS: Readonly<Record<'length' | 'agreement' | 'near' | 'similar' | 'recency' | 'after', number>> = {
  length: 0,
  agreement: 64,
  near: 72,
  similar: 80,
  recency: 80 + LENGTHS * 9,
  after: 112 + LENGTHS * 9,
}
const DENSE = 128 + LENGTHS * 9
const WEIGHTS = DENSE + (1 << HASH_BITS)
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

/** What a learner has learned, to be saved. */
export interface LearnerState {
  readonly weights: Float32Array
  /** Per weight: sum of its squared gradients. */
  readonly sums: Float32Array
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
  readonly #weights: Float32Array = new Float32Array(WEIGHTS)
  /** Per weight: sum of its squared gradients. */
  readonly #sums: Float32Array = new Float32Array(WEIGHTS)
  /** Per hash of a token: how often the best candidate behind it was right … */
  readonly #means: Float32Array = new Float32Array(CONTEXTS).fill(0.5)
  /** … and how often that was seen, up to a bound, so that old sightings fade. */
  readonly #sightings: Uint8Array = new Uint8Array(CONTEXTS)

  /** Starts with the dense `weights` that another has exported, or from how often copies of each length are right. */
  constructor(weights?: Float32Array) {
    const own = this.#weights
    this.#sums.fill(DENSE_SUM, 0, DENSE).fill(HASHED_SUM, DENSE)
    for (const [length, prior] of PRIOR.entries()) {
      const kinds = GROUPS.length + 4 * length
      own.fill(logOdds(prior), kinds, kinds + 4)
      own[GROUPS.after + length] = INPUT_WEIGHT
    }
    if (weights === undefined) return
    assertWeights(weights)
    own.set(weights)
  }

  /** A copy of the dense weights: they know copies, not tokens, so they suit every vocabulary. */
  exportWeights(): Float32Array {
    return this.#weights.slice(0, DENSE)
  }

  /** One that has learned the same and goes on alone. */
  clone(): AcceptanceLearner {
    return new AcceptanceLearner().#set(this.#weights, this.#sums, this.#means, this.#sightings)
  }

  /** The learner that a state was taken from. Throws `ERR_MEMORY_FORMAT` unless the state is sound. */
  static from({ weights, sums, means, sightings }: LearnerState): AcceptanceLearner {
    const isSound =
      areWithin(weights, WEIGHTS, -HIGHEST_WEIGHT, HIGHEST_WEIGHT) &&
      areWithin(sums, WEIGHTS, HASHED_SUM, Number.MAX_VALUE) &&
      areWithin(means, CONTEXTS, 0, 1) &&
      areWithin(sightings, CONTEXTS, 0, MOST_SIGHTINGS)
    if (isSound) return new AcceptanceLearner().#set(weights, sums, means, sightings)
    throw new SpeculationError(
      'ERR_MEMORY_FORMAT',
      'the saved weights are damaged: their number or a value is none of a learner; delete them, they are learned again',
    )
  }

  /** A copy of all that it has learned, to be saved. */
  state(): LearnerState {
    return {
      weights: this.#weights.slice(),
      sums: this.#sums.slice(),
      means: this.#means.slice(),
      sightings: this.#sightings.slice(),
    }
  }

  /** Number of the weight that a feature names by hash. */
  static hashed(feature: number): number {
    return DENSE + (Math.imul(feature ^ (feature >>> 15), 0x846ca68b) >>> (32 - HASH_BITS))
  }

  /** The context that `token` makes for what stands behind it. */
  static contextOf(token: number): number {
    return Math.imul(token, 0x9e3779b1) >>> (32 - CONTEXT_BITS)
  }

  /** Log-odds that the best candidate in a context is right: an input of its scores. */
  reliability(context: number): number {
    return logOddsOfMean[((this.#means[context] as number) * MEANS + 0.5) | 0] as number
  }

  /** Odds of a candidate, whose features start at `from`, against "none of them". */
  odds(features: Int32Array, from: number, reliability: number): number {
    const weights = this.#weights
    let sum = (weights[features[from + ONE_HOT] as number] as number) * reliability
    for (let index = from; index < from + ONE_HOT; index++) sum += weights[features[index] as number] as number
    return exponential(Math.min(sum, HIGHEST_SCORE))
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

  /** Bytes of any learner: they all have the same size. */
  static readonly bytes: number = 4 * 2 * WEIGHTS + 5 * CONTEXTS

  #set(weights: Float32Array, sums: Float32Array, means: Float32Array, sightings: Uint8Array): this {
    this.#weights.set(weights)
    this.#sums.set(sums)
    this.#means.set(means)
    this.#sightings.set(sightings)
    return this
  }

  /** One step of Adagrad. */
  #move(weight: number, step: number, square: number): void {
    const sum = (this.#sums[weight] as number) + square
    this.#sums[weight] = sum
    this.#weights[weight] = (this.#weights[weight] as number) - step / Math.sqrt(sum)
  }
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
