import { SpeculationError } from '@foretoken/contract'
import { mix } from './hash-chains.js'

/** Buckets of match lengths. */
const LENGTHS = 15
/** One-hot features of a candidate, beside one log-odds input. */
export const FEATURES = 12

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
const CONTEXTS = 4096
const HIGHEST_SCORE = 20

/**
 * A softmax over the candidates for one position and "none of them", learned online with Adagrad (Duchi et al. 2011).
 * Most features name their weight by hash, as in Weinberger et al. 2009, so single tokens, pairs and contexts are
 * learned within a few sightings. Mixing of contexts after PAQ (Mahoney 2005).
 *
 * Weights are Float32 and every sum has a fixed order: the same labels give the same weights, bit by bit.
 */
export class AcceptanceLearner {
  /** Weight and sum of squared gradients, side by side. */
  readonly #cells: Float32Array = new Float32Array(2 * WEIGHTS)
  /** Per hash of a token: how often the best candidate behind it was right … */
  readonly #means: Float32Array = new Float32Array(CONTEXTS).fill(0.5)
  /** … and how often that was seen, up to a bound, so that old sightings fade. */
  readonly #sightings: Uint8Array = new Uint8Array(CONTEXTS)

  /** Starts with the dense `weights` that another has exported, or from how often copies of each length are right. */
  constructor(weights?: Float32Array) {
    const cells = this.#cells
    for (let index = 0; index < WEIGHTS; index++) cells[2 * index + 1] = index < DENSE ? DENSE_SUM : HASHED_SUM
    for (const [length, prior] of PRIOR.entries()) {
      const logit = Math.log(prior / (1 - prior))
      for (let kind = 0; kind < 4; kind++) cells[2 * (GROUPS.length + 4 * length + kind)] = logit
      cells[2 * (GROUPS.after + length)] = INPUT_WEIGHT
    }
    if (weights === undefined) return
    assertWeights(weights)
    for (const [index, weight] of weights.entries()) cells[2 * index] = weight
  }

  /** A copy of the dense weights: they know copies, not tokens, so they suit every vocabulary. */
  exportWeights(): Float32Array {
    return Float32Array.from({ length: DENSE }, (_, index) => this.#cells[2 * index] as number)
  }

  /** One that has learned the same and goes on alone. */
  clone(): AcceptanceLearner {
    const copy = new AcceptanceLearner()
    copy.#cells.set(this.#cells)
    copy.#means.set(this.#means)
    copy.#sightings.set(this.#sightings)
    return copy
  }

  /** Number of the weight that a feature names by hash. */
  static hashed(feature: number): number {
    return DENSE + (Math.imul(feature ^ (feature >>> 15), 0x846ca68b) >>> (32 - HASH_BITS))
  }

  /** Log-odds that the best candidate behind `token` is right: an input of its scores. */
  reliabilityAfter(token: number): number {
    const mean = this.#means[mix(token) & (CONTEXTS - 1)] as number
    return mean < 0.01 ? -4.6 : mean > 0.99 ? 4.6 : Math.log(mean / (1 - mean))
  }

  /** Log-odds of a candidate, whose features start at `from`, against "none of them". */
  score(features: Int32Array, from: number, length: number, reliability: number): number {
    const cells = this.#cells
    let sum = (cells[2 * (GROUPS.after + length)] as number) * reliability
    for (let index = from; index < from + FEATURES; index++) sum += cells[2 * (features[index] as number)] as number
    return Math.min(sum, HIGHEST_SCORE)
  }

  /** Moves a candidate's weights against `error`: its chance less 1 if it was right. */
  learn(features: Int32Array, from: number, length: number, reliability: number, error: number): void {
    const square = error * error
    const step = RATE * error
    for (let index = from; index < from + FEATURES; index++) this.#move(features[index] as number, step, square)
    this.#move(GROUPS.after + length, step * reliability, square * reliability * reliability)
  }

  /** Notes whether the best candidate behind `token` was right. */
  observe(token: number, hit: 0 | 1): void {
    const context = mix(token) & (CONTEXTS - 1)
    const count = this.#sightings[context] as number
    const mean = this.#means[context] as number
    if (count < 14) this.#sightings[context] = count + 1
    this.#means[context] = mean + (hit - mean) / (count + 3)
  }

  /** Bytes of any learner: they all have the same size. */
  static readonly bytes: number = 4 * 2 * WEIGHTS + 5 * CONTEXTS

  #move(weight: number, step: number, square: number): void {
    const cells = this.#cells
    const sum = (cells[2 * weight + 1] as number) + square
    cells[2 * weight + 1] = sum
    cells[2 * weight] = (cells[2 * weight] as number) - step / Math.sqrt(sum)
  }
}

function assertWeights(weights: Float32Array): void {
  if (weights.length === DENSE && weights.every((weight) => Math.abs(weight) <= HIGHEST_SCORE)) return
  throw new SpeculationError(
    'ERR_OPTION_INVALID',
    `weights must be the ${DENSE} that exportWeights() gives, each from -${HIGHEST_SCORE} to ${HIGHEST_SCORE}; ` +
      `got ${weights.length}`,
  )
}
