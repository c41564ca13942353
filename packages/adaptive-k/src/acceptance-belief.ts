import type { Draft } from '@foretoken/contract'
import { CalibrationMap } from './calibration-map.js'

/**
 * What one drafter's labels say about its next draft. A label is whether a token was accepted, given those before it.
 *
 * A session's belief begins with what sessions before it learned. How true a drafter's words are is its own affair, so the map is
 * one for all; what comes of a position is the text's, so each session goes on alone.
 */
export class AcceptanceBelief {
  readonly #map: CalibrationMap
  readonly #shared: AcceptanceBelief | undefined
  /** Of the drafts without probabilities: accepted and labelled tokens by position, old ones fading. */
  readonly #accepted: number[]
  readonly #labels: number[]
  /** What `saidProduct` was asked last, of which map, and its answer: it is asked the same in step after step. */
  readonly #asked = { probability: 0, maxTokens: 0, fits: -1, answer: 0 }

  constructor(shared?: AcceptanceBelief) {
    this.#shared = shared
    this.#map = shared === undefined ? new CalibrationMap() : shared.#map
    this.#accepted = shared === undefined ? [] : [...shared.#accepted]
    this.#labels = shared === undefined ? [] : [...shared.#labels]
  }

  /** P(accepted | those before it are) of each token. */
  probabilities({ tokens, probabilities }: Draft): Float64Array {
    if (probabilities === undefined) return this.expected(tokens.length)
    return Float64Array.from(probabilities, (said) => this.#map.apply(said))
  }

  /** The same for a draft that is not there yet, or says nothing: each position leans on the one before it. */
  expected(length: number): Float64Array {
    const probabilities = new Float64Array(length)
    let probability = firstGuess
    for (let position = 0; position < length; position++) {
      const accepted = (this.#accepted[position] ?? 0) + guessLabels * probability
      probability = accepted / ((this.#labels[position] ?? 0) + guessLabels)
      probabilities[position] = probability
    }
    return probabilities
  }

  /**
   * The least product of said probabilities at which the believed ones have the product `probability`, over drafts of
   * up to `maxTokens` tokens that are alike.
   */
  saidProduct(probability: number, maxTokens: number): number {
    if (this.#map.isIdentity || probability <= 0) return probability
    const asked = this.#asked
    const { fits } = this.#map
    if (asked.probability === probability && asked.maxTokens === maxTokens && asked.fits === fits) return asked.answer
    let least = 1
    for (let tokens = 1; tokens <= maxTokens; tokens++)
      least = Math.min(least, this.#map.invert(probability ** (1 / tokens)) ** tokens)
    Object.assign(asked, { probability, maxTokens, fits, answer: least })
    return least
  }

  /** Takes over whether the token at `position` was accepted, those before it being accepted. */
  learn({ probabilities }: Draft, position: number, accepted: boolean): void {
    this.#count(position, accepted)
    if (this.#shared !== undefined) this.#shared.#count(position, accepted)
    const said = probabilities?.[position]
    if (said !== undefined) this.#map.learn(said, accepted)
  }

  #count(position: number, accepted: boolean): void {
    this.#accepted[position] = kept * (this.#accepted[position] ?? 0) + (accepted ? 1 : 0)
    this.#labels[position] = kept * (this.#labels[position] ?? 0) + 1
  }
}

/** What is thought of the first token of a drafter that has no label yet. */
const firstGuess = 0.6
/** How many labels the guess is worth. */
const guessLabels = 2
/** Labels fade with a time constant of 20 labels: text changes faster than drafters do. */
const kept = 0.95
