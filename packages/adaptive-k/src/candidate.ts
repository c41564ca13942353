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
  readonly #secondsPerToken: number
  /** The longest draft since the last commit; a copy. */
  #drafted: Draft | undefined
  /** How many of its tokens were committed. */
  #confirmed = 0
  /** Whether the text went another way. */
  #isRefuted = false
  /** Tokens committed since it was last asked. */
  #idleTokens = 0

  constructor(session: DraftSession, name: string, costs: CandidateCosts) {
    this.#session = session
    this.#costs = costs
    this.isCostly = costs.curve.isCostly(name)
    this.#secondsPerToken = costs.curve.draftSeconds(name, 1)
  }

  get drafted(): Draft | undefined {
    return this.#drafted
  }

  /** Whether it has not been asked for so long that finding out takes a hundredth of the time. */
  get isDue(): boolean {
    const seconds = exploredTokens * this.#secondsPerToken
    const plainSeconds = this.#costs.curve.seconds(1)
    return this.#idleTokens >= Math.max(shortestInterval, (100 * seconds) / plainSeconds)
  }

  /** What is expected of it, its drafting time included, before it is asked. */
  get hope(): Cut {
    const { curve, maxTokens } = this.#costs
    return bestCut(this.trust.expected(maxTokens), { curve, batchWidth: 0, secondsPerToken: this.#secondsPerToken })
  }

  cutOf(draft: Draft): Cut {
    return bestCut(this.trust.probabilities(draft), { curve: this.#costs.curve, batchWidth: 0 })
  }

  /** Its longest draft, whatever the limits of the step: how short the others were asked for says nothing about it. */
  async askFree(): Promise<Draft> {
    const { maxTokens, minProbability } = this.#costs
    this.#drafted = copyOf(await this.#session.draft({ maxTokens, minProbability }))
    return this.#drafted
  }

  /** As many tokens as are expected to pay. */
  async askCostly({ maxTokens, minProbability, signal }: DraftLimits): Promise<Draft> {
    const wanted = Math.min(maxTokens, this.isDue ? exploredTokens : this.hope.tokens)
    const limits = { maxTokens: wanted, ...(minProbability !== undefined && { minProbability }) }
    const draft = copyOf(await this.#session.draft({ ...limits, ...(signal !== undefined && { signal }) }))
    // What was cut short by the caller is no draft to learn from.
    if (!signal?.aborted && draft.tokens.length > (this.#drafted?.tokens.length ?? -1)) this.#drafted = draft
    return draft
  }

  async askForNothing(limits: DraftLimits): Promise<void> {
    await this.#session.draft(limits)
  }

  /** Begins a step. */
  forget(): void {
    this.#drafted = undefined
    this.#confirmed = 0
    this.#isRefuted = false
  }

  /** Compares its draft with the text, up to the first difference; what is beyond the text is not judged. */
  commit(tokens: Tokens): void {
    this.#session.commit(tokens.slice())
    if (tokens.length === 0) return
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
}

const exploredTokens = 4
const shortestInterval = 32

function copyOf({ tokens, probabilities, drafter }: Draft): Draft {
  return { tokens: tokens.slice(), ...(probabilities && { probabilities: probabilities.slice() }), drafter }
}
