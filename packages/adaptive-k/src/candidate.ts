import type { Draft, DraftLimits, DraftSession, Tokens } from '@foretoken/contract'
import { bestCut, type Cut } from './best-cut.js'
import type { CostCurve } from './cost-curve.js'
import { DrafterTrust } from './drafter-trust.js'

/** What drafting and verifying take, and the drafts that are of use. */
export interface CandidateCosts {
  readonly curve: CostCurve
  readonly maxTokens: number
  readonly minProbability: number
}

/** One drafter of an arbiter: its session, its draft since the last commit, and what the text said of its drafts. */
export class Candidate implements AsyncDisposable {
  readonly trust: DrafterTrust = new DrafterTrust()
  /** Whether drafting takes time that counts. */
  readonly isCostly: boolean
  readonly #session: DraftSession
  readonly #costs: CandidateCosts
  /** What it takes to draft, as {@link bestCut} has it. */
  readonly #drafting: { readonly draftSeconds: number; readonly secondsPerToken: number }
  /** Tokens that are drafted to find out. */
  readonly #exploredTokens: number
  /** What its last drafts promised once they were there. */
  readonly #promises: Promised[]
  /** Whether it says how likely its tokens are, and so ends its drafts itself. */
  #saysProbabilities = false
  /** The longest draft since the last commit, which stands until the session hears of the text. */
  #drafted: Draft | undefined
  /** What is thought of it, once somebody asked. */
  #believed: Float32Array | undefined
  /** How many of its tokens were committed. */
  #confirmed = 0
  /** Whether any text came since it was drafted. */
  #isCompared = false
  /** Whether the text went another way. */
  #isRefuted = false
  /** Tokens committed since it was last asked; it is never too early to ask for the first time. */
  #idleTokens = Number.POSITIVE_INFINITY

  constructor(session: DraftSession, name: string, costs: CandidateCosts) {
    const { curve } = costs
    this.#session = session
    this.#costs = costs
    this.isCostly = curve.isCostly(name)
    const secondsPerToken = curve.draftSeconds(name, 2) - curve.draftSeconds(name, 1)
    const draftSeconds = curve.draftSeconds(name, 1) - secondsPerToken
    this.#drafting = { draftSeconds, secondsPerToken }
    const affordable = Math.floor((MOST_EXPLORED_STEPS * curve.seconds(1) - draftSeconds) / secondsPerToken)
    this.#exploredTokens = Math.max(FEWEST_EXPLORED, Math.min(MOST_EXPLORED, affordable))
    this.#promises = [
      { goodput: HOPED_GAIN / curve.seconds(1), draftSeconds: this.#draftSeconds(this.#exploredTokens) },
    ]
  }

  get drafted(): Draft | undefined {
    return this.#drafted
  }

  /** Whether it has not been asked for so long that finding out takes a hundredth of the time. */
  get isDue(): boolean {
    const seconds = this.#draftSeconds(this.#exploredTokens)
    return this.#idleTokens >= Math.max(SHORTEST_INTERVAL, (100 * seconds) / this.#costs.curve.seconds(1))
  }

  /**
   * The goodput that is expected where it is asked besides, `best` being at hand: each of its last drafts would either have beaten
   * that or only taken its time. A draft shows how good it is once it is there, so one that is often useless may pay.
   */
  hope(best: Cut): number {
    const bestSeconds = this.#costs.curve.seconds(best.tokens + 1)
    let sum = 0
    for (const { goodput, draftSeconds } of this.#promises)
      sum += Math.max(goodput, (best.goodput * bestSeconds) / (bestSeconds + draftSeconds))
    return sum / this.#promises.length
  }

  /** P(accepted | those before it are) of each token that it drafted. */
  get believed(): Float32Array {
    this.#believed ??= this.#drafted === undefined ? nothing : this.trust.probabilities(this.#drafted)
    return this.#believed
  }

  /**
   * Gets its longest draft, at once where it drafts at once, whatever the limits of the step: how short the others were asked for
   * says nothing about it.
   */
  askFree(): void | Promise<void> {
    const { maxTokens, minProbability } = this.#costs
    const draft = this.#session.draft({ maxTokens, minProbability })
    if (draft instanceof Promise) return draft.then((there) => this.#keep(there))
    this.#keep(draft)
  }

  #keep(draft: Draft): void {
    this.#drafted = draft
    this.#believed = undefined
  }

  /** As many tokens as may pay. */
  async askCostly({ maxTokens, minProbability, signal }: DraftLimits): Promise<Draft> {
    const wanted = Math.min(maxTokens, this.#wantedTokens())
    const limits = { maxTokens: wanted, ...(minProbability !== undefined && { minProbability }) }
    const draft = copyOf(await this.#session.draft({ ...limits, ...(signal !== undefined && { signal }) }))
    // What was cut short by the caller is no draft to learn from.
    if (!signal?.aborted && draft.tokens.length > (this.#drafted?.tokens.length ?? -1)) this.#keep(draft)
    return draft
  }

  async askForNothing(limits: DraftLimits): Promise<void> {
    await this.#session.draft(limits)
  }

  /** Begins a step. */
  forget(): void {
    if (this.isCostly && this.#isCompared && this.#drafted !== undefined) this.#remember(this.#drafted)
    this.#isCompared = false
    this.#drafted = undefined
    this.#believed = undefined
    this.#confirmed = 0
    this.#isRefuted = false
  }

  /** Compares its draft with the text, as long as it stands, and tells the session. */
  commit(tokens: Tokens): void {
    this.#compare(tokens)
    this.#session.commit(tokens.slice())
  }

  /** Up to the first difference; what is beyond the text is not judged. */
  #compare(tokens: Tokens): void {
    if (tokens.length === 0) return
    this.#isCompared = true
    this.#idleTokens = this.#drafted === undefined ? this.#idleTokens + tokens.length : 0
    for (const token of tokens) {
      if (this.#isRefuted || this.#drafted === undefined || this.#confirmed >= this.#drafted.tokens.length) return
      const position = this.#confirmed++
      this.#isRefuted = token !== this.#drafted.tokens[position]
      this.trust.learn(this.#drafted, position, !this.#isRefuted)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#session[Symbol.asyncDispose]()
  }

  #wantedTokens(): number {
    const { curve, maxTokens } = this.#costs
    const expected = this.#saysProbabilities ? this.trust.sure(maxTokens) : this.trust.expected(maxTokens)
    const { tokens } = bestCut(expected, { curve, batchWidth: 0, ...this.#drafting })
    return Math.max(this.#exploredTokens, tokens)
  }

  #draftSeconds(tokens: number): number {
    return this.#drafting.draftSeconds + tokens * this.#drafting.secondsPerToken
  }

  /** Of the draft only what the text was compared with counts: what the policy cut must not. Beyond that it is as others were. */
  #remember(draft: Draft): void {
    this.#saysProbabilities = draft.probabilities !== undefined
    const promised = this.trust.expected(this.#costs.maxTokens)
    promised.set(this.trust.probabilities(draft).subarray(0, this.#confirmed))
    this.#promises.push(this.#promised(draft.tokens.length === 0 ? new Float32Array() : promised))
    if (this.#promises.length > KEPT_PROMISES) this.#promises.shift()
  }

  #promised(probabilities: Float32Array): Promised {
    const { curve } = this.#costs
    const { tokens, goodput } = bestCut(probabilities, { curve, batchWidth: 0, ...this.#drafting })
    const draftSeconds = this.#draftSeconds(Math.max(1, tokens))
    return { goodput: tokens > 0 ? goodput : 1 / (curve.seconds(1) + draftSeconds), draftSeconds }
  }
}

/** What a draft promised once it was there, its drafting time included. */
interface Promised {
  readonly goodput: number
  readonly draftSeconds: number
}

const nothing = new Float32Array()
/** Finding out takes at most this share of a step without drafts, … */
const MOST_EXPLORED_STEPS = 0.25
/** … but a shorter draft would show nothing, and a longer one no more. */
const FEWEST_EXPLORED = 4
const MOST_EXPLORED = 16
/** Tokens from one exploration to the next, where drafting is cheap. */
const SHORTEST_INTERVAL = 4
const KEPT_PROMISES = 8
/**
 * What is hoped of a draft model that has drafted nothing yet, against plain decoding: enough to ask it, and little enough to give
 * up after a few doubtful drafts.
 */
const HOPED_GAIN = 1.1

/** A draft that nobody else can write on. */
export function copyOf({ tokens, probabilities, drafter }: Draft): Draft {
  if (probabilities === undefined) return { tokens: tokens.slice(), drafter }
  return { tokens: tokens.slice(), probabilities: probabilities.slice(), drafter }
}
