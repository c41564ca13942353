/**
 * When to try a draft that is not believed in: after 4 tokens without a verified one, and after twice as many each time that a trial
 * has lost. The sessions of a policy share it, so that many short texts do not each begin anew.
 */
export class ExplorationPace {
  /** Tokens from one exploration to the next. */
  #interval = SHORTEST_INTERVAL
  /** Tokens committed since the last verified draft or exploration. */
  #idleTokens = 0

  get isDue(): boolean {
    return this.#idleTokens >= this.#interval
  }

  /** Whether nothing was verified for so long that even a useless exploration costs next to nothing. */
  get isLongIdle(): boolean {
    return this.#idleTokens >= LONGEST_INTERVAL
  }

  /** Takes over a step of `committed` tokens. */
  observe(committed: number, { hasGained, verified, explored }: Trial): void {
    this.#idleTokens = verified || explored ? 0 : this.#idleTokens + committed
    if (verified && hasGained) this.#interval = SHORTEST_INTERVAL
    else if (verified && explored) this.#interval = Math.min(LONGEST_INTERVAL, 2 * this.#interval)
  }
}

/** What came of a step. */
export interface Trial {
  /** Whether a draft was verified. */
  readonly verified: boolean
  /** Whether that, or asking for it, was an exploration. */
  readonly explored: boolean
  /** Whether it took less time than its tokens would have without drafts. */
  readonly hasGained: boolean
}

const SHORTEST_INTERVAL = 4
const LONGEST_INTERVAL = 256
