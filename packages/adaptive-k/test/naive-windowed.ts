import {
  CONTRACT_VERSION,
  type Draft,
  type LengthLimits,
  type LengthObservation,
  type LengthPolicy,
  type LengthSession,
} from '@foretoken/contract'
import type { WindowedLengthOptions } from '../src/index.js'

/** What an offender does instead. */
export interface Mistake {
  /** Averages the rates of the steps instead of the outcomes of the tokens. */
  readonly averagesRates?: boolean
  /** Takes a step without a draft for one with a rejected token. */
  readonly punishesSilence?: boolean
  /** Counts a step without a draft among the empty ones. */
  readonly pausesSilence?: boolean
  readonly extraWindowTokens?: number
  readonly leavesRange?: boolean
  readonly pauses?: false
  /** Counts steps instead of tokens while it pauses. */
  readonly pausesBySteps?: boolean
  /** Takes up the count of empty steps where the pause began. */
  readonly remembersEmptySteps?: boolean
}

/** `windowedLength` written down without thought for cost: every outcome is kept, every rate taken afresh. */
export function naiveWindowed(settings: Required<WindowedLengthOptions>, mistake: Mistake = {}): LengthPolicy {
  return { contractVersion: CONTRACT_VERSION, name: 'naive', open: () => new NaiveSession(settings, mistake) }
}

class NaiveSession implements LengthSession {
  readonly #settings: Required<WindowedLengthOptions>
  readonly #mistake: Mistake
  readonly #outcomes: number[] = []
  readonly #rates: number[] = []
  #length: number
  #emptySteps = 0
  #pause = 0

  constructor(settings: Required<WindowedLengthOptions>, mistake: Mistake) {
    this.#settings = settings
    this.#mistake = mistake
    this.#length = settings.startTokens
  }

  limits(): LengthLimits {
    return { maxTokens: this.#pause > 0 ? 0 : this.#length, minProbability: 0 }
  }

  cut(draft: Draft): number {
    return draft.tokens.length
  }

  observe({ sent, accepted }: LengthObservation): void {
    if (this.#pause > 0) this.#pause -= this.#mistake.pausesBySteps ? 2 : accepted + 1
    else this.#learn(sent, accepted)
  }

  #learn(sent: number, accepted: number): void {
    if (sent > 0) this.#adapt(sent, accepted)
    else if (this.#mistake.punishesSilence) this.#adapt(1, 0)
    else if (!this.#mistake.pausesSilence) return
    this.#emptySteps = accepted > 0 ? 0 : this.#emptySteps + 1
    if (this.#mistake.pauses === false || this.#emptySteps < this.#settings.pauseAfterSteps) return
    this.#pause = this.#settings.pauseTokens
    if (!this.#mistake.remembersEmptySteps) this.#emptySteps = 0
  }

  #adapt(sent: number, accepted: number): void {
    const { minTokens, maxTokens, raiseAbove, lowerBelow, stepTokens, windowTokens } = this.#settings
    for (let index = 0; index < sent; index++) this.#outcomes.push(index < accepted ? 1 : 0)
    this.#rates.push(accepted / sent)
    const all = this.#mistake.averagesRates ? this.#rates : this.#outcomes
    const rate = mean(all.slice(-windowTokens - (this.#mistake.extraWindowTokens ?? 0)))
    if (rate > raiseAbove) this.#length += stepTokens
    if (rate < lowerBelow) this.#length -= stepTokens
    if (!this.#mistake.leavesRange) this.#length = Math.min(maxTokens, Math.max(minTokens, this.#length))
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
