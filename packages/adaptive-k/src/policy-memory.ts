import type { Draft, LengthObservation } from '@foretoken/contract'
import { AcceptanceBelief } from './acceptance-belief.js'
import type { CostCurve } from './cost-curve.js'
import { ExplorationPace } from './exploration-pace.js'
import { RunningRate } from './running-rate.js'

/** What the sessions of one policy learn for those after them. */
export class PolicyMemory {
  readonly rate: RunningRate = new RunningRate()
  readonly pace: ExplorationPace = new ExplorationPace()
  readonly #curve: CostCurve
  readonly #beliefs = new Map<string, AcceptanceBelief>()
  #lastDraft: Draft | undefined
  #isSplit = false

  constructor(curve: CostCurve) {
    this.#curve = curve
  }

  /** The costs as they are known now; contexts of other lengths take other times, so each session goes on alone. */
  curve(): CostCurve {
    return this.#curve.copy()
  }

  /** The last draft that was not empty: the best guess at who drafts next. */
  get lastDraft(): Draft | undefined {
    return this.#lastDraft
  }

  /** Whether the last draft in a shared batch was evaluated apart from the other sequences' tokens. */
  get isSplit(): boolean {
    return this.#isSplit
  }

  belief(drafter: string): AcceptanceBelief {
    const known = this.#beliefs.get(drafter)
    if (known !== undefined) return known
    const [oldest] = this.#beliefs.keys()
    if (oldest !== undefined && this.#beliefs.size >= MOST_DRAFTERS) this.#beliefs.delete(oldest)
    const belief = new AcceptanceBelief()
    this.#beliefs.set(drafter, belief)
    return belief
  }

  observe(observation: LengthObservation): void {
    this.#curve.observe(observation)
    const { sent, batchWidth, microBatches } = observation
    if (sent > 0 && batchWidth > 0) this.#isSplit = (microBatches ?? 1) > 1
    const { tokens, drafter, probabilities } = observation.draft
    if (tokens.length > 0)
      this.#lastDraft = {
        tokens: tokens.subarray(0, 0),
        drafter,
        ...(probabilities && { probabilities: probabilities.subarray(0, 0) }),
      }
  }
}

/** Drafters choose their names; those beyond begin anew. */
const MOST_DRAFTERS = 64
