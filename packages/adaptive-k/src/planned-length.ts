import {
  assertInteger,
  CONTRACT_VERSION,
  type Draft,
  type LengthLimits,
  type LengthObservation,
  type LengthPolicy,
  type LengthSession,
  type LengthState,
} from '@foretoken/contract'
import { breakEven } from './best-cut.js'
import type { CostCurve } from './cost-curve.js'
import { longestUseful, planCut } from './plan-cut.js'
import { RunningRate } from './running-rate.js'

/** Options of {@link plannedLength}. */
export interface PlannedLengthOptions {
  /**
   * Longest draft, in tokens (1 to 256).
   * @defaultValue 64
   */
  readonly maxTokens?: number
}

/**
 * Verifies as much of a draft as is best for this step and those behind it, taking the drafter's probabilities and the
 * cost curve at their word; a draft without probabilities is verified whole. It learns nothing but how fast the text goes,
 * which its sessions share.
 *
 * For replays and comparisons, where costs and drafters are known: `goodputPolicy` cuts alike, checks what it is told, and
 * bounds what may be lost.
 */
export function plannedLength(costCurve: CostCurve, options: PlannedLengthOptions = {}): LengthPolicy {
  const { maxTokens = 64 } = options
  assertInteger('maxTokens', maxTokens, { min: 1, max: 256 })
  const rate = new RunningRate()
  return {
    contractVersion: CONTRACT_VERSION,
    name: 'planned',
    open: () => new PlannedSession(costCurve, rate, maxTokens),
  }
}

class PlannedSession implements LengthSession {
  readonly #curve: CostCurve
  readonly #rate: RunningRate
  readonly #maxTokens: number
  #batchWidth = 0

  constructor(curve: CostCurve, rate: RunningRate, maxTokens: number) {
    this.#curve = curve
    this.#rate = rate
    this.#maxTokens = maxTokens
  }

  limits({ batchWidth }: LengthState): LengthLimits {
    this.#batchWidth = batchWidth
    const costs = { curve: this.#curve, batchWidth }
    const maxTokens = longestUseful(this.#maxTokens, costs)
    return { maxTokens, minProbability: LOOK_AHEAD * breakEven(maxTokens, costs) }
  }

  cut({ tokens, probabilities }: Draft): number {
    if (probabilities === undefined) return tokens.length
    const costs = { curve: this.#curve, batchWidth: this.#batchWidth, rate: this.#rate.value }
    return planCut(probabilities.subarray(0, this.#maxTokens), costs)
  }

  observe({ sent, accepted, batchWidth }: LengthObservation): void {
    const plainSeconds = this.#curve.seconds(batchWidth + 1)
    const replaySeconds = accepted < sent ? this.#curve.replaySeconds(accepted + 1) : 0
    const seconds = this.#curve.seconds(batchWidth + sent + 1) + replaySeconds
    this.#rate.observe(accepted + 1, 1 + ((batchWidth + 1) * (seconds - plainSeconds)) / plainSeconds)
  }
}

/** Drafts go down to this share of the break-even: what lies behind a cut decides where to cut. */
export const LOOK_AHEAD = 0.5
