/**
 * What drafting may still lose against not drafting, in tokens of plain decoding.
 *
 * A step is charged what it took longer than its tokens would have taken without drafts. The balance never exceeds
 * `startTokens` and a quarter of what the text has gained, so most of that is kept; it grows by `rate` of the text. A balance
 * that is used up pauses drafting, until an exploration gains.
 */
export class LossBudget {
  readonly #startTokens: number
  readonly #rate: number
  #balance: number
  #paused = false
  /** What all steps have gained, losses taken off, in tokens. */
  #gained = 0
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

  get allowsExploration(): boolean {
    return this.#balance >= Math.min(this.#lastLoss, this.#startTokens)
  }

  /** Takes over a step of `committed` tokens that gained `gain` tokens, or lost them where it is negative. */
  settle(committed: number, gain: number, verified: boolean): void {
    this.#gained += gain
    const most = this.#startTokens + STAKED_SHARE * Math.max(0, this.#gained)
    this.#balance = Math.min(most, this.#balance + gain + this.#rate * committed)
    if (gain < 0) this.#lastLoss = -gain
    if (verified && gain > 0) this.#paused = false
    if (this.#balance < this.#startTokens / 16) this.#paused = true
  }
}

/** How much of what a text has gained may be lost again. */
const STAKED_SHARE = 0.25
