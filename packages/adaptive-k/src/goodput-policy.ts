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
import { AcceptanceBelief } from './acceptance-belief.js'
import { assertPositive } from './assert-positive.js'
import { assertRate } from './assert-rate.js'
import { bestCut, breakEven, type CutCosts, longestUseful } from './best-cut.js'
import type { CostCurve } from './cost-curve.js'
import { LossBudget } from './loss-budget.js'

/** Options of {@link goodputPolicy}. */
export interface GoodputPolicyOptions {
  /**
   * Longest draft, in tokens (1 to 256).
   * @defaultValue 32
   */
  readonly maxTokens?: number
  /**
   * What drafting may lose against plain decoding before anything is gained, in tokens of plain decoding (above 0).
   * @defaultValue 8
   */
  readonly lossTokens?: number
  /**
   * What it may lose besides, as a share of the text's plain decoding time (0 to 1).
   * @defaultValue 0.01
   */
  readonly lossRate?: number
}

/** A length policy that knows what drafts cost. */
export interface GoodputPolicy extends LengthPolicy {
  /** As given; sessions refresh copies of their own. */
  readonly costCurve: CostCurve
  /** Longest draft that it asks for, in tokens. */
  readonly maxTokens: number
}

/**
 * Verifies as much of a draft as makes most committed tokens per second of the step, nothing included.
 *
 * What a drafter says of its tokens is mapped to how often it came true (one monotone map per drafter name); of a
 * drafter that says nothing, acceptance is learned by position. Each session has a loss budget: whatever the drafter
 * does, the text never takes longer than plain decoding by more than `lossTokens` plain steps and `lossRate` of its time,
 * as far as the cost curve holds.
 *
 * Goodput as the objective: Liu et al., TurboSpec/SmartSpec (arXiv 2406.14066).
 */
export function goodputPolicy(costCurve: CostCurve, options: GoodputPolicyOptions = {}): GoodputPolicy {
  const { maxTokens = 32, lossTokens = 8, lossRate = 0.01 } = options
  assertInteger('maxTokens', maxTokens, { min: 1, max: 256 })
  assertPositive('lossTokens', lossTokens)
  assertRate('lossRate', lossRate)
  return {
    contractVersion: CONTRACT_VERSION,
    name: 'goodput',
    costCurve,
    maxTokens,
    open: () => new GoodputSession(costCurve.copy(), maxTokens, new LossBudget(lossTokens, lossRate)),
  }
}

class GoodputSession implements LengthSession {
  readonly #curve: CostCurve
  readonly #maxTokens: number
  readonly #budget: LossBudget
  readonly #beliefs = new Map<string, AcceptanceBelief>()
  /** Who drafted last: the best guess at who drafts next. */
  #lastDrafter = ''
  /** Whether its draft came without probabilities. */
  #lastIsMute = false
  #batchWidth = 0
  #asked = false
  #exploring = false

  constructor(curve: CostCurve, maxTokens: number, budget: LossBudget) {
    this.#curve = curve
    this.#maxTokens = maxTokens
    this.#budget = budget
  }

  limits({ batchWidth }: LengthState): LengthLimits {
    this.#batchWidth = batchWidth
    this.#exploring = this.#budget.mayExplore
    const maxTokens = this.#mostTokens()
    this.#asked = maxTokens > 0
    if (!this.#asked) return nothing
    return { maxTokens, minProbability: this.#exploring ? 0 : this.#minProbability(maxTokens) }
  }

  cut(draft: Draft): number {
    const probabilities = this.#belief(draft.drafter).probabilities(draft).subarray(0, this.#maxTokens)
    const costs = {
      ...this.#costs(),
      draftSeconds: this.#curve.draftSeconds(draft.drafter, draft.tokens.length),
    }
    const { tokens } = bestCut(probabilities, costs)
    if (tokens > 0 || !this.#exploring) return tokens
    // As if it were certain: what may be lost bounds the length, and the more tokens the more is learned.
    return bestCut(new Float64Array(Math.min(probabilities.length, exploredTokens)).fill(1), costs).tokens
  }

  observe(observation: LengthObservation): void {
    const { draft, sent, accepted, batchWidth } = observation
    const expectedSeconds = this.#curve.seconds(batchWidth + sent + 1)
    this.#curve.observe(observation)
    if (draft.tokens.length > 0) {
      this.#lastDrafter = draft.drafter
      this.#lastIsMute = draft.probabilities === undefined
      const belief = this.#belief(draft.drafter)
      for (let position = 0; position < Math.min(accepted + 1, sent); position++)
        belief.learn(draft, position, position < accepted)
    }
    this.#budget.settle({
      committed: accepted + 1,
      gain: this.#asked ? this.#gain(observation, expectedSeconds) : 0,
      verified: sent > 0,
      explored: this.#exploring && this.#asked,
    })
    this.#exploring = false
  }

  /** How many tokens of plain decoding the step has saved. */
  #gain({ sent, accepted, draftMs, verifyMs, batchWidth }: LengthObservation, expectedSeconds: number): number {
    const plainSeconds = this.#curve.seconds(batchWidth + 1)
    const draftTokens = draftMs / 1000 / plainSeconds
    if (sent === 0) return -draftTokens
    // A step that took many times what such steps take was held up by something else.
    const seconds = Math.min(verifyMs / 1000, outlierFactor * Math.max(expectedSeconds, plainSeconds))
    // All sequences of the batch wait for the step, and all commit.
    return (batchWidth + accepted + 1) / (batchWidth + 1) - seconds / plainSeconds - draftTokens
  }

  #mostTokens(): number {
    if (this.#budget.isPaused && !this.#exploring) return 0
    // The drafting time that is known may be out of date; an exploration finds out.
    if (this.#exploring) return longestUseful(Math.min(this.#maxTokens, exploredTokens), this.#costs())
    const costs = { ...this.#costs(), secondsPerToken: this.#secondsPerToken() }
    const useful = longestUseful(this.#maxTokens, costs)
    // A drafter that says how likely its tokens are ends its drafts itself.
    if (!this.#lastIsMute) return useful
    return bestCut(this.#belief(this.#lastDrafter).expected(useful), costs).tokens
  }

  #minProbability(maxTokens: number): number {
    const costs = { ...this.#costs(), secondsPerToken: this.#secondsPerToken() }
    return this.#belief(this.#lastDrafter).saidProduct(breakEven(maxTokens, costs), maxTokens)
  }

  #costs(): CutCosts {
    const plainSeconds = this.#curve.seconds(this.#batchWidth + 1)
    // In a batch a lost second is lost for every sequence, and so is it counted by the budget.
    return {
      curve: this.#curve,
      batchWidth: this.#batchWidth,
      mostExtraSeconds: this.#budget.balance * plainSeconds,
    }
  }

  /** Of the cheapest drafter so far: in a chain another one may come next. */
  #secondsPerToken(): number {
    let least = Number.POSITIVE_INFINITY
    for (const drafter of this.#beliefs.keys()) least = Math.min(least, this.#curve.draftSeconds(drafter, 1))
    return Number.isFinite(least) ? least : 0
  }

  #belief(drafter: string): AcceptanceBelief {
    const known = this.#beliefs.get(drafter)
    if (known !== undefined) return known
    const belief = new AcceptanceBelief()
    this.#beliefs.set(drafter, belief)
    return belief
  }
}

const nothing: LengthLimits = { maxTokens: 0, minProbability: 0 }
const exploredTokens = 8
const outlierFactor = 3
