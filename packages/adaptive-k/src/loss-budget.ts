/**
 * What drafting may still lose against not drafting, in tokens of plain decoding.
 *
 * A step is charged what it took longer than its tokens would have taken without drafts. The balance never exceeds
 * `startTokens`, so a long run of gains buys no long run of losses; it grows by `rate` of the text. A balance that is used up
 * pauses drafting, until an exploration gains. Explorations come after 4 tokens without a verified draft, and after
 * twice as many each time one has lost.
 */
export class LossBudget {
  readonly #startTokens: number
  readonly #rate: number
  #balance: number
  #paused = false
  /** Tokens from one exploration to the next. */
  #interval = shortestInterval
  /** Tokens committed since the last verified draft or exploration. */
  #idleTokens = 0
  /** What the last step that lost has lost, in tokens: the next exploration may lose as much. */
  #lastLoss = 0

  constructor(startTokens: number, rate: number) {
    this.#startTokens = startTokens
    this.#rate = rate
    this.#balance = startTokens
  }

  /** Tokens that a step may lose at worst. */
  get balance(): number {
    return Math.max(0, this.#balance)
  }

  /** Only explorations may draft. */
  get isPaused(): boolean {
    return this.#paused
  }

  get mayExplore(): boolean {
    return this.#idleTokens >= this.#interval && this.#balance >= Math.min(this.#lastLoss, this.#startTokens)
  }

  /** Takes over a step of `committed` tokens that gained `gain` tokens, or lost them where it is negative. */
  settle({ committed, gain, verified, explored }: Settlement): void {
    this.#balance = Math.min(this.#startTokens, this.#balance + gain + this.#rate * committed)
    if (gain < 0) this.#lastLoss = -gain
    this.#idleTokens = verified || explored ? 0 : this.#idleTokens + committed
    if (verified && gain > 0) {
      this.#interval = shortestInterval
      this.#paused = false
    } else if (verified && explored) this.#interval = Math.min(longestInterval, 2 * this.#interval)
    if (this.#balance < this.#startTokens / 16) this.#paused = true
  }
}

/** What a step did to the budget. */
export interface Settlement {
  readonly committed: number
  readonly gain: number
  /** Whether a draft was verified. */
  readonly verified: boolean
  /** Whether that, or asking for it, was an exploration. */
  readonly explored: boolean
}

const shortestInterval = 4
const longestInterval = 256
