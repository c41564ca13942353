import type { Draft } from '@foretoken/contract'

/**
 * How far a drafter is to be trusted just now: by how much, in log-odds, its tokens are accepted more often than it says,
 * or than every other one where it says nothing.
 *
 * A weight for each of a few distances, in proportion to how well it foretold the labels; with every label a share of all
 * weight returns to where it began, so that old labels fade: Herbster and Warmuth, Tracking the Best Expert, Machine Learning 32,
 * 1998. A handful of labels is enough to change one's mind.
 */
export class DrafterTrust {
  /** Of drafts with probabilities. */
  readonly #said = Float64Array.from(saidPrior)
  /** Of all drafts, by what came of them alone: for those without probabilities, and those that are not there yet. */
  readonly #mute = Float64Array.from(mutePrior)

  /** P(accepted | those before it are) of each token: each accepted token raises the trust in the next. */
  probabilities({ tokens, probabilities }: Draft): Float32Array {
    return probabilities === undefined ? this.expected(tokens.length) : mixed(this.#said, probabilities.slice())
  }

  /** The same for a draft that is not there yet. */
  expected(length: number): Float32Array {
    return mixed(this.#mute, new Float32Array(length).fill(0.5))
  }

  /** The same for a draft that is not there yet, of whose tokens the drafter will be as sure as it ever is. */
  sure(length: number): Float32Array {
    return mixed(this.#said, new Float32Array(length).fill(1))
  }

  /** Takes over whether the token at `position` was accepted, those before it being accepted. */
  learn({ probabilities }: Draft, position: number, accepted: boolean): void {
    update(this.#mute, 0.5, accepted)
    fade(this.#mute, mutePrior)
    const said = probabilities?.[position]
    if (said === undefined) return
    update(this.#said, said, accepted)
    fade(this.#said, saidPrior)
  }
}

/** Distances in log-odds, as factors of the odds against a token. */
const factors: readonly number[] = [-5, -3, -1.5, 0, 1.5, 3].map((distance) => Math.exp(-distance))
const saidPrior: readonly number[] = [0.02, 0.02, 0.02, 0.9, 0.02, 0.02]
const mutePrior: readonly number[] = factors.map(() => 1 / factors.length)
/** Share of the weight that returns with every label. */
const returning = 0.02

/** Writes over what is said what is thought of it. */
function mixed(weights: Float64Array, said: Float32Array): Float32Array {
  current.set(weights)
  for (let index = 0; index < said.length; index++) said[index] = update(current, said[index] as number, true)
  return said
}

/** The weights as each token of a draft would leave them, were it accepted. */
const current: Float64Array = new Float64Array(factors.length)

/** Weighs the distances by a label and says how probable the label was. */
function update(weights: Float64Array, said: number, accepted: boolean): number {
  // No single token is proof.
  const clipped = Math.min(0.99, Math.max(0.01, said))
  const oddsAgainst = (1 - clipped) / clipped
  let total = 0
  for (let index = 0; index < weights.length; index++) {
    const probability = 1 / (1 + oddsAgainst * (factors[index] as number))
    const weight = (weights[index] as number) * (accepted ? probability : 1 - probability)
    weights[index] = weight
    total += weight
  }
  for (let index = 0; index < weights.length; index++) weights[index] = (weights[index] as number) / total
  return total
}

function fade(weights: Float64Array, prior: readonly number[]): void {
  for (let index = 0; index < weights.length; index++)
    weights[index] = (1 - returning) * (weights[index] as number) + returning * (prior[index] as number)
}
