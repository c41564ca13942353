import {
  assertContractVersion,
  assertInteger,
  CONTRACT_VERSION,
  type Draft,
  type Drafter,
  type DraftLimits,
  type DraftSession,
  NO_TOKENS,
  SpeculationError,
  type Tokens,
} from '@foretoken/contract'
import { bestCut, breakEven, type Cut } from './best-cut.js'
import { Candidate, type CandidateCosts, copyOf } from './candidate.js'
import type { CostCurve } from './cost-curve.js'
import type { GoodputPolicy } from './goodput-policy.js'

/**
 * Asks all drafters and gives the draft with the highest expected goodput.
 *
 * All are compared with the committed text, those not chosen too, so a drafter that starts to work is noticed within a few
 * tokens. Drafters to which the policy's cost curve gives `draftSeconds`, as draft models need, are asked where a draft is
 * expected to beat the best free one, their drafting time included; one of them at most in a step. They are asked in the first
 * step, then as long as their last drafts say that it pays, and else now and then to find out, which takes a hundredth
 * of the time at most.
 *
 * Timings never decide: a draft depends on the text and on the cost curve as it was given, as the contract asks for. Use
 * the same policy in the loop.
 *
 * @example
 * ```ts
 * const policy = goodputPolicy(costCurve(points, { draftSeconds: { model: 0.004 } }))
 * speculate({ target, prompt, drafter: arbiter([lookupDrafter(), modelDrafter(draftModel)], policy), policy })
 * ```
 */
export function arbiter(drafters: readonly Drafter[], policy: GoodputPolicy): Drafter {
  assertInteger('the number of drafters', drafters.length, { min: 1, max: 64 })
  for (const drafter of drafters) assertContractVersion(drafter)
  assertContractVersion(policy)
  return {
    contractVersion: CONTRACT_VERSION,
    name: 'arbiter',
    learnsAcrossSessions: drafters.some(({ learnsAcrossSessions }) => learnsAcrossSessions),
    open: (prompt, options) => {
      const curve = policy.costCurve.copy()
      const costs: CandidateCosts = {
        curve,
        maxTokens: policy.maxTokens,
        minProbability: leastProbability(curve, policy.maxTokens),
      }
      const candidates: Candidate[] = []
      try {
        for (const drafter of drafters)
          candidates.push(new Candidate(drafter.open(prompt, options), drafter.name, costs))
      } catch (error) {
        // `open` cannot wait; the first error is the one to tell.
        closeAll(candidates).catch(() => {})
        throw error
      }
      return new ArbiterSession(candidates, costs.curve)
    },
    [Symbol.dispose]() {
      const errors: unknown[] = []
      for (const drafter of drafters) {
        try {
          drafter[Symbol.dispose]()
        } catch (error) {
          errors.push(error)
        }
      }
      if (errors.length > 0) throw errors[0]
    },
  }
}

/**
 * No drafter is so much better than its word that less is of use. It depends on the costs alone: how short the drafts of a step
 * are to be says nothing about a drafter.
 */
function leastProbability(curve: CostCurve, maxTokens: number): number {
  return breakEven(maxTokens, { curve, batchWidth: 0 }) / 10
}

class ArbiterSession implements DraftSession {
  readonly #candidates: readonly Candidate[]
  /** Those whose drafting takes no time to speak of, … */
  readonly #free: readonly Candidate[]
  /** … and the others. */
  readonly #costly: readonly Candidate[]
  readonly #curve: CostCurve
  /** Whether the drafts at hand are from before the last commit. */
  #isStale = false
  /** Whether the free drafters have been asked since the last commit; they are asked once, whatever the limits. */
  #isAsked = false
  /** The costly drafter that is worth asking until the next commit; what the limits are has no say in it. */
  #worthwhile: Candidate | undefined
  #isClosed = false

  constructor(candidates: readonly Candidate[], curve: CostCurve) {
    this.#candidates = candidates
    this.#free = candidates.filter(({ isCostly }) => !isCostly)
    this.#costly = candidates.filter(({ isCostly }) => isCostly)
    this.#curve = curve
  }

  draft(limits: DraftLimits): Draft | Promise<Draft> {
    this.#assertOpen()
    if (this.#isStale) for (const candidate of this.#candidates) candidate.forget()
    this.#isStale = false
    if (limits.maxTokens === 0) return this.#askForNothing(limits)
    // Model-free drafters answer at once, and a promise costs a cold processor more than their drafts.
    const asked = this.#isAsked ? undefined : this.#askFree()
    return asked === undefined ? this.#chosen(limits) : asked.then(() => this.#chosen(limits))
  }

  commit(tokens: Tokens): void {
    this.#assertOpen()
    for (const candidate of this.#candidates) candidate.commit(tokens)
    this.#isStale = true
    this.#isAsked = false
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    await closeAll(this.#candidates)
  }

  /** The drafters are told, so that they too take what follows for the text after no draft. */
  async #askForNothing(limits: DraftLimits): Promise<Draft> {
    for (const candidate of this.#candidates) await candidate.askForNothing(limits)
    return nothing
  }

  #askFree(): void | Promise<void> {
    const waiting: Promise<void>[] = []
    for (const candidate of this.#free) {
      const asked = candidate.askFree()
      if (asked !== undefined) waiting.push(asked)
    }
    if (waiting.length > 0) return Promise.all(waiting).then(() => this.#weigh())
    this.#weigh()
  }

  /** Finds the costly drafter that is worth asking besides what is at hand. */
  #weigh(): void {
    this.#isAsked = true
    this.#worthwhile = undefined
    if (this.#costly.length === 0) return
    let best: Cut = { tokens: 0, goodput: 1 / this.#curve.seconds(1) }
    for (const candidate of this.#free) {
      const cut = bestCut(candidate.believed, { curve: this.#curve, batchWidth: 0 })
      if (cut.goodput > best.goodput) best = cut
    }
    let most = best.goodput
    for (const candidate of this.#costly) {
      const hoped = candidate.isDue ? Number.POSITIVE_INFINITY : candidate.hope(best)
      if (hoped > most) this.#worthwhile = candidate
      most = Math.max(most, hoped)
    }
  }

  #chosen(limits: DraftLimits): Draft | Promise<Draft> {
    let best = unrated
    for (const candidate of this.#free) {
      const rated = this.#rate(candidate.drafted ?? nothing, candidate.believed, limits)
      if (isBetter(rated, best)) best = rated
    }
    return this.#worthwhile === undefined ? copyOf(best.draft) : this.#withCostly(this.#worthwhile, best, limits)
  }

  async #withCostly(candidate: Candidate, best: Rated, limits: DraftLimits): Promise<Draft> {
    const draft = await candidate.askCostly(limits)
    const rated = this.#rate(draft, candidate.trust.probabilities(draft), limits)
    return copyOf((isBetter(rated, best) ? rated : best).draft)
  }

  #rate(whole: Draft, believed: Float32Array, limits: DraftLimits): Rated {
    const draft = within(whole, believed, limits)
    const { tokens, goodput } = bestCut(draft.probabilities, { curve: this.#curve, batchWidth: 0 })
    return { draft, tokens, goodput, first: draft.probabilities[0] ?? -1 }
  }

  #assertOpen(): void {
    if (this.#isClosed) throw new SpeculationError('ERR_SESSION_CLOSED', 'the session is closed: open a new one')
  }
}

interface Rated extends Cut {
  readonly draft: Draft
  /** P(accepted) of the first token; −1 for the empty draft. */
  readonly first: number
}

const nothing: Draft = { tokens: NO_TOKENS, drafter: 'arbiter' }
const unrated: Rated = { draft: nothing, tokens: 0, goodput: 0, first: -1 }

/** Of drafts that are not worth verifying the likelier one: the policy may know more. */
function isBetter(one: Rated, best: Rated): boolean {
  if (one.goodput !== best.goodput) return one.goodput > best.goodput
  return one.first > best.first
}

/** What `limits` leave of a draft. */
function within(
  { tokens, drafter }: Draft,
  probabilities: Float32Array,
  { maxTokens, minProbability = 0 }: DraftLimits,
): Required<Draft> {
  const most = Math.min(tokens.length, maxTokens)
  let length = 0
  for (let product = 1; length < most; length++) {
    product *= probabilities[length] as number
    if (product < minProbability) break
  }
  return { tokens: tokens.subarray(0, length), probabilities: probabilities.subarray(0, length), drafter }
}

/** Closes every session, also after one failed, and throws the first failure. */
async function closeAll(candidates: readonly Candidate[]): Promise<void> {
  const closed = await Promise.allSettled(candidates.map((candidate) => candidate[Symbol.asyncDispose]()))
  for (const outcome of closed) if (outcome.status === 'rejected') throw outcome.reason
}
