/** A text's tokens of late, for each step without drafts that they took. */
export class RunningRate {
  #tokens = 24
  #steps = 20

  /** At least 1: plain decoding can always be had. */
  get value(): number {
    return Math.max(1, this.#tokens / this.#steps)
  }

  /** Takes over a step: its tokens, and how many steps without drafts it took. */
  observe(tokens: number, steps: number): void {
    this.#tokens = KEPT * this.#tokens + tokens
    this.#steps = KEPT * this.#steps + steps
  }
}

/** Steps fade with a time constant of 100 steps. */
const KEPT = 0.99
