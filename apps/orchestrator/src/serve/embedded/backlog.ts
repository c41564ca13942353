import { setImmediate as otherWork } from 'node:timers/promises'
import type { Drafter, DraftSessionOptions, TokenId, Tokens } from '@foretoken/contract'

/** A text that somebody may learn from. */
export interface UnlearnedText {
  readonly prompt: Tokens
  /** What was written behind it. */
  readonly answer: readonly TokenId[]
  readonly options: DraftSessionOptions | undefined
  readonly learners: readonly Drafter[]
}

/** Where a text's tokens begin, counted over all that ever waited. */
interface Waiting extends Pick<UnlearnedText, 'options' | 'learners'> {
  readonly from: number
  readonly promptTokens: number
  readonly tokens: number
}

/**
 * Texts that wait to be learned while there is no time for it, in one ring of tokens: the newest stay. Where an engine is so
 * busy that no draft pays, what it writes is learned once that is over, or as much of it as fits here.
 */
export class Backlog {
  readonly #ring: Int32Array
  /** Oldest first. */
  readonly #waiting: Set<Waiting> = new Set()
  /** Where the next text's tokens go. */
  #next = 0
  /** Ends when all that began has. */
  #done: Promise<void> = Promise.resolve()

  /** @param mostTokens - how many tokens wait at most */
  constructor(mostTokens = 262_144) {
    this.#ring = new Int32Array(mostTokens)
  }

  /** Whether nothing waits; what began may still be under way. */
  get isEmpty(): boolean {
    return this.#waiting.size === 0
  }

  /** Puts a text behind the others; the oldest make room. One longer than the whole ring is forgotten. */
  add({ prompt, answer, options, learners }: UnlearnedText): void {
    const room = this.#ring.length
    const tokens = prompt.length + answer.length
    if (tokens === 0 || tokens > room) return
    const place = this.#next % room
    // A text stands in one piece.
    const from = place + tokens > room ? this.#next + room - place : this.#next
    this.#next = from + tokens
    for (const oldest of this.#waiting) {
      if (oldest.from >= this.#next - room) break
      this.#waiting.delete(oldest)
    }
    this.#ring.set(prompt, from % room)
    this.#ring.set(answer, (from % room) + prompt.length)
    this.#waiting.add({ from, promptTokens: prompt.length, tokens, options, learners })
  }

  /** Has about two milliseconds' worth of texts learned, the oldest first. */
  learnSome(): Promise<void> {
    this.#done = this.#done.then(() => this.#learnSome())
    return this.#done
  }

  /** Has all learned that waits now, with other work in between. */
  async learnAll(): Promise<void> {
    const until = this.#next
    while (this.#holdsOlder(until)) {
      await this.learnSome()
      await otherWork()
    }
    await this.#done
  }

  #holdsOlder(until: number): boolean {
    for (const { from } of this.#waiting) return from < until
    return false
  }

  async #learnSome(): Promise<void> {
    let left = SOME_TOKENS
    for (const text of this.#waiting) {
      if (left <= 0) return
      left -= text.tokens
      this.#waiting.delete(text)
      await this.#learn(text)
    }
  }

  /** What a learner throws keeps nobody else from learning. */
  async #learn({ from, tokens, promptTokens, options, learners }: Waiting): Promise<void> {
    const first = from % this.#ring.length
    const text = this.#ring.slice(first, first + tokens)
    for (const learner of learners) {
      try {
        const session = learner.open(text.slice(0, promptTokens), options)
        if (tokens > promptTokens) session.commit(text.slice(promptTokens))
        await session[Symbol.asyncDispose]()
      } catch {
        // Only its memory suffers.
      }
    }
  }
}

const SOME_TOKENS = 8_192
