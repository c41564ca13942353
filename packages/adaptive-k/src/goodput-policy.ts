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
import { bestCut, breakEven } from './best-cut.js'
import { type CostCurve, costCurve } from './cost-curve.js'
import { LossBudget } from './loss-budget.js'
import { longestUseful, type PlanCosts, planCut } from './plan-cut.js'
import { LOOK_AHEAD } from './planned-length.js'
import { PolicyMemory } from './policy-memory.js'
import { splitCosts } from './split-costs.js'

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
  /** As given; what is observed stays with the policy. */
  readonly costCurve: CostCurve
  /** Longest draft that it asks for, in tokens. */
  readonly maxTokens: number
}

/**
 * Verifies as much of a draft as brings most committed tokens per second in this step and those behind it, nothing included.
 *
 * What a drafter says of its tokens is mapped to how often it came true (one monotone map per drafter name); of a
 * drafter that says nothing, acceptance is learned by position. Each session has a loss budget: whatever the drafter
 * does, the text never takes longer than plain decoding by more than `lossTokens` plain steps and `lossRate` of its time,
 * as far as the cost curve holds. What is learned of costs and drafters, and how fast texts go, serves later sessions too.
 *
 * Goodput as the objective: Liu et al., TurboSpec/SmartSpec (arXiv 2406.14066).
 *
 * @param curve - what steps take; where it is left out, the policy finds out, beginning with three steps without drafts
 *
 * @example
 * ```ts
 * const policy = goodputPolicy()
 * for (const prompt of prompts) for await (const step of speculate({ target, prompt, drafter, policy })) print(step.tokens)
 * ```
 */
export function goodputPolicy(curve: CostCurve = costCurve(), options: GoodputPolicyOptions = {}): GoodputPolicy {
  const { maxTokens = 32, lossTokens = 8, lossRate = 0.01 } = options
  assertInteger('maxTokens', maxTokens, { min: 1, max: 256 })
  assertPositive('lossTokens', lossTokens)
  assertRate('lossRate', lossRate)
  const memory = new PolicyMemory(curve.copy())
  return {
    contractVersion: CONTRACT_VERSION,
    name: 'goodput',
    costCurve: curve,
    maxTokens,
    open: () => new GoodputSession(memory, maxTokens, new LossBudget(lossTokens, lossRate)),
  }
}

class GoodputSession implements LengthSession {
  readonly #memory: PolicyMemory
  readonly #curve: CostCurve
  readonly #maxTokens: number
  readonly #budget: LossBudget
  readonly #beliefs = new Map<string, AcceptanceBelief>()
  #batchWidth = 0
  #asked = false
  #hasDrafted = false
  #exploring = false
  /** Whether nothing would have been asked for but to explore. */
  #asksToExplore = false
  /** What was asked for of late, as long as nothing speaks against it: to find it out takes longer than all else of a step. */
  #held: { readonly limits: LengthLimits; readonly exploring: boolean; steps: number } | undefined

  constructor(memory: PolicyMemory, maxTokens: number, budget: LossBudget) {
    this.#memory = memory
    this.#curve = memory.curve()
    this.#maxTokens = maxTokens
    this.#budget = budget
  }

  limits({ batchWidth }: LengthState): LengthLimits {
    const exploring = this.#memory.pace.isDue && this.#budget.allowsExploration
    this.#exploring = exploring
    const held = this.#budget.isPaused || batchWidth !== this.#batchWidth ? undefined : this.#held
    if (held?.exploring === exploring && held.steps-- > 0) return held.limits
    this.#batchWidth = batchWidth
    const maxTokens = this.#curve.isKnown ? this.#mostTokens() : 0
    this.#asked = maxTokens > 0
    const limits = this.#asked ? { maxTokens, minProbability: this.#minProbability(maxTokens) } : nothing
    this.#held = this.#asked ? { limits, exploring, steps: HELD_STEPS } : undefined
    return limits
  }

  cut(draft: Draft): number {
    if (draft.tokens.length === 0) return 0
    const draftSeconds = this.#curve.draftSeconds(draft.drafter, draft.tokens.length)
    const costs = this.#costs(draftSeconds)
    const believed = this.#belief(draft.drafter).probabilities(draft).subarray(0, this.#maxTokens)
    // Where the drafter says nothing the next draft is like this one, not like the rest of it: there is nothing to plan with.
    const tokens =
      draft.probabilities === undefined
        ? bestCut(believed, { ...costs, draftSeconds, secondsPerToken: 0 }).tokens
        : planCut(believed, costs)
    return tokens === 0 && this.#exploring ? this.#explore(draft, costs) : tokens
  }

  observe(observation: LengthObservation): void {
    const { draft, sent, accepted, batchWidth } = observation
    const plainSeconds = this.#curve.seconds(batchWidth + 1)
    const steps = this.#asked ? this.#stepsOf(observation, plainSeconds) : 1
    this.#curve.observe(observation)
    this.#memory.observe(observation)
    if (this.#curve.isKnown) this.#memory.rate.observe(accepted + 1, 1 + (batchWidth + 1) * (steps - 1))
    // A draft teaches what to ask for.
    if (draft.tokens.length > 0) this.#held = undefined
    const belief = this.#belief(draft.drafter)
    for (let position = 0; position < Math.min(accepted + 1, sent); position++)
      belief.learn(draft, position, position < accepted)
    // All sequences of the batch wait for the step, and all commit.
    const gain = 1 + accepted / (batchWidth + 1) - steps
    this.#budget.settle(accepted + 1, gain, sent > 0)
    this.#memory.pace.observe(accepted + 1, {
      verified: sent > 0,
      explored: this.#exploring && this.#asked && (sent > 0 || this.#asksToExplore),
      hasGained: gain > 0,
    })
    this.#exploring = false
  }

  /** What was drafted and verified took so many steps without drafts. */
  #stepsOf(observation: LengthObservation, plainSeconds: number): number {
    const { sent, draftMs, verifyMs, batchWidth, microBatches = 1 } = observation
    const draftedSteps = draftMs / 1000 / plainSeconds
    // A draft model reads the prompt first: nothing gets that back, least of all not to draft.
    const draftSteps = this.#hasDrafted ? draftedSteps : Math.min(draftedSteps, FIRST_DRAFT_STEPS)
    this.#hasDrafted = true
    if (sent === 0) return 1 + draftSteps
    // A step that took much longer than such steps do was held up by something else: no reason to stop drafting.
    const costs = microBatches > 1 ? splitCosts(this.#curve, batchWidth) : this.#curve
    const most = OUTLIER_FACTOR * Math.max(costs.worstSeconds(batchWidth + sent + 1), plainSeconds)
    return Math.min(verifyMs / 1000, most) / plainSeconds + draftSteps
  }

  #mostTokens(): number {
    const { isPaused } = this.#budget
    this.#asksToExplore = isPaused
    if (isPaused && !this.#exploring) return 0
    // The drafting time that is known may be out of date; an exploration finds out.
    const secondsPerToken = this.#exploring ? 0 : this.#secondsPerToken()
    const costs = this.#costs(0, secondsPerToken)
    const useful = longestUseful(this.#maxTokens, costs)
    const explored = Math.min(useful, EXPLORED_TOKENS)
    if (isPaused) return explored
    const { lastDraft } = this.#memory
    // A drafter that says how likely its tokens are ends its drafts itself.
    if (lastDraft?.probabilities !== undefined || lastDraft === undefined) return useful
    const expected = this.#belief(lastDraft.drafter).expected(useful)
    const { tokens } = bestCut(expected, costs)
    this.#asksToExplore = tokens === 0
    return this.#exploring ? Math.max(tokens, explored) : tokens
  }

  #minProbability(maxTokens: number): number {
    const said = LOOK_AHEAD * breakEven(maxTokens, this.#costs())
    if (this.#budget.isPaused) return 0
    const believed = this.#belief(this.#memory.lastDraft?.drafter ?? '').saidProduct(said, maxTokens)
    return this.#exploring ? Math.min(said, believed) : believed
  }

  /**
   * What the policy would not verify the drafter's word may be right about. Of a drafter that says nothing, and of any that was not
   * believed for long, a few tokens are taken for certain: what may be lost bounds the length, and the more the more is learned.
   */
  #explore({ tokens, probabilities }: Draft, costs: PlanCosts): number {
    const certain = new Float32Array(Math.min(tokens.length, EXPLORED_TOKENS)).fill(1)
    if (probabilities === undefined || this.#budget.isPaused) return planCut(certain, costs)
    const byWord = planCut(probabilities.subarray(0, EXPLORED_TOKENS), costs)
    if (byWord > 0 || !this.#memory.pace.isLongIdle) return byWord
    return planCut(certain.subarray(0, PROBED_TOKENS), costs)
  }

  /** In a batch a lost second is lost for every sequence, and so is it counted by the budget; `draftSeconds` are spent already. */
  #costs(draftSeconds = 0, secondsPerToken = this.#secondsPerToken()): PlanCosts {
    const plainSeconds = this.#curve.seconds(this.#batchWidth + 1)
    const isSplit = this.#batchWidth > 0 && this.#memory.isSplit
    return {
      curve: isSplit ? splitCosts(this.#curve, this.#batchWidth) : this.#curve,
      batchWidth: this.#batchWidth,
      rate: this.#memory.rate.value,
      secondsPerToken,
      mostExtraSeconds: this.#budget.balance * plainSeconds - draftSeconds,
    }
  }

  /** Of the cheapest drafter so far: in a chain another one may come next. */
  #secondsPerToken(): number {
    let least = Number.POSITIVE_INFINITY
    for (const drafter of this.#beliefs.keys()) {
      const seconds = this.#curve.draftSeconds(drafter, 2) - this.#curve.draftSeconds(drafter, 1)
      least = Math.min(least, seconds)
    }
    return Number.isFinite(least) ? least : 0
  }

  #belief(drafter: string): AcceptanceBelief {
    const known = this.#beliefs.get(drafter)
    if (known !== undefined) return known
    const belief = new AcceptanceBelief(this.#memory.belief(drafter))
    this.#beliefs.set(drafter, belief)
    return belief
  }
}

const nothing: LengthLimits = { maxTokens: 0, minProbability: 0 }
const HELD_STEPS = 7
const EXPLORED_TOKENS = 8
const PROBED_TOKENS = 2
const FIRST_DRAFT_STEPS = 2
const OUTLIER_FACTOR = 1.5
