import {
  assertInteger,
  CONTRACT_VERSION,
  type Draft,
  type LengthLimits,
  type LengthObservation,
  type LengthPolicy,
  type LengthSession,
} from '@foretoken/contract'
import { assertPositive } from './assert-positive.js'

/** Options of {@link banditLength}. */
export interface BanditLengthOptions {
  /**
   * Draft lengths to choose among, in tokens (0 to 256 each; 1 to 64 of them).
   * @defaultValue [0, 2, 4, 8, 16, 24]
   */
  readonly lengths?: readonly number[]
  /**
   * How much an uncertain length is favoured (above 0), as a share of the best rate.
   * @defaultValue 0.3
   */
  readonly exploration?: number
}

/**
 * Takes each draft length for an arm of a bandit whose reward is the step's tokens per second, and pulls the arm with the highest upper
 * confidence bound; old rewards fade. It needs no cost curve and no probabilities, and serves as a comparison.
 *
 * UCBSpec of Hou et al., BanditSpec (arXiv 2505.15141), there with accepted tokens for a reward; discounted as by Garivier and
 * Moulines (arXiv 0805.3415), since texts change.
 */
export function banditLength(options: BanditLengthOptions = {}): LengthPolicy {
  const { lengths = [0, 2, 4, 8, 16, 24], exploration = 0.3 } = options
  assertInteger('the number of lengths', lengths.length, { min: 1, max: 64 })
  for (const length of lengths) assertInteger('a draft length', length, { min: 0, max: 256 })
  assertPositive('exploration', exploration)
  return { contractVersion: CONTRACT_VERSION, name: 'bandit', open: () => new BanditSession(lengths, exploration) }
}

class BanditSession implements LengthSession {
  readonly #lengths: readonly number[]
  readonly #exploration: number
  /** Fading number of pulls and sum of rewards of each arm. */
  readonly #pulls: Float64Array
  readonly #rewards: Float64Array
  #arm = 0

  constructor(lengths: readonly number[], exploration: number) {
    this.#lengths = lengths
    this.#exploration = exploration
    this.#pulls = new Float64Array(lengths.length)
    this.#rewards = new Float64Array(lengths.length)
    this.#arm = this.#bestArm()
  }

  limits(): LengthLimits {
    return { maxTokens: this.#lengths[this.#arm] as number, minProbability: 0 }
  }

  cut(draft: Draft): number {
    return Math.min(draft.tokens.length, this.limits().maxTokens)
  }

  observe({ accepted, draftMs, verifyMs }: LengthObservation): void {
    const ms = draftMs + verifyMs
    if (!(ms > 0)) return
    for (const sums of [this.#pulls, this.#rewards])
      for (let arm = 0; arm < sums.length; arm++) sums[arm] = kept * (sums[arm] as number)
    this.#pulls[this.#arm] = (this.#pulls[this.#arm] as number) + 1
    this.#rewards[this.#arm] = (this.#rewards[this.#arm] as number) + (accepted + 1) / ms
    this.#arm = this.#bestArm()
  }

  #bestArm(): number {
    const means = this.#pulls.map((pulls, arm) => (pulls > 0 ? (this.#rewards[arm] as number) / pulls : 0))
    const bestMean = Math.max(...means)
    const logPulls = Math.log1p(this.#pulls.reduce((sum, pulls) => sum + pulls, 0))
    let best = { arm: 0, bound: Number.NEGATIVE_INFINITY }
    for (const [arm, pulls] of this.#pulls.entries()) {
      if (pulls === 0) return arm
      const bound = (means[arm] as number) + this.#exploration * bestMean * Math.sqrt(logPulls / pulls)
      if (bound > best.bound) best = { arm, bound }
    }
    return best.arm
  }
}

/** Rewards fade with a time constant of 500 steps. */
const kept = 0.998
