/** Work that can wait, done many pieces at a time: each takes a fraction then of what it takes in between other work. */
export class Backlog {
  #waiting: (() => Promise<void>)[] = []
  #weight = 0
  /** Ends when all that began has. */
  #done: Promise<void> = Promise.resolve()

  /** Whether nothing waits; what began may still be under way. */
  get isEmpty(): boolean {
    return this.#waiting.length === 0
  }

  /** Adds a piece that weighs so many tokens; the promise is that of {@link finish} where that is due. */
  add(piece: () => Promise<void>, tokens: number): Promise<void> | undefined {
    this.#waiting.push(piece)
    this.#weight += tokens
    return this.#weight < MOST_TOKENS ? undefined : this.finish()
  }

  /** Does all that waits, in its order; what one piece throws does not keep the others from being done. */
  finish(): Promise<void> {
    const pieces = this.#waiting
    this.#waiting = []
    this.#weight = 0
    this.#done = this.#done.then(() => inOrder(pieces))
    return this.#done
  }
}

/** About two milliseconds' work for drafters that learn texts. */
const MOST_TOKENS = 8_192

async function inOrder(pieces: readonly (() => Promise<void>)[]): Promise<void> {
  for (const piece of pieces) await piece().catch(() => {})
}
