import type { TokenId, Tokens } from '@foretoken/contract'
import { NONE } from './none.js'
import type { TokenArena } from './token-arena.js'

/** How many of its newest tokens a sequence has at hand. */
const WINDOW = 96

/** The writer and reader of one text in the arena. */
export class Sequence {
  readonly arena: TokenArena
  /** The conversation it belongs to: texts that continue each other share one. */
  readonly owner: number
  /** Position of the newest token; negative while there is none. */
  end: number = NONE
  length = 0
  /** The newest tokens stand in front of `top`, negative where there are none. */
  readonly window: Int32Array = new Int32Array(4 * WINDOW).fill(NONE)
  top: number = WINDOW
  /** Runs of adjacent positions that hold the sequence … */
  readonly #starts: number[] = []
  /** … and the sequence's index behind each. */
  readonly #ends: number[] = []
  #ticket: number | undefined

  constructor(arena: TokenArena, owner: number) {
    this.arena = arena
    this.owner = owner
  }

  /** Starts this empty sequence with the first `length` tokens of `other`, whose blocks they share. */
  share(other: Sequence, length: number): void {
    for (let run = 0, from = 0; from < length; run++) {
      const start = other.#starts[run] as number
      const to = Math.min(length, other.#ends[run] as number)
      this.#starts.push(start)
      this.#ends.push(to)
      this.end = start + to - from - 1
      from = to
    }
    this.arena.hold(this.end)
    this.length = length
    const known = Math.min(length, WINDOW)
    for (let index = known - 1, position = this.end; index >= 0; index--, position = this.arena.previous(position))
      this.window[this.top + index] = this.arena.tokens[position] as TokenId
    this.top += known
  }

  /** How many of its first tokens equal `tokens`. */
  common(tokens: Tokens): number {
    const stored = this.arena.tokens
    let index = 0
    for (let run = 0; run < this.#starts.length; run++) {
      const shift = (this.#starts[run] as number) - index
      const end = this.#ends[run] as number
      const to = Math.min(end, tokens.length)
      while (index < to && stored[shift + index] === tokens[index]) index++
      if (index < end) break
    }
    return index
  }

  /** Appends one token and links it into the chains; `fromOutput` is 1 for what the model wrote. */
  push(token: TokenId, fromOutput: 0 | 1): void {
    const { arena, window } = this
    let position = this.end + 1
    if (!arena.continues(this.end)) {
      position = arena.allocate(this.end, this.length, this.owner)
      if (this.length === 0 || position !== this.end + 1) {
        this.#starts.push(position)
        this.#ends.push(this.length)
      }
    }
    arena.tokens[position] = token
    arena.fromOutput[position] = fromOutput
    this.end = position
    this.length++
    this.#ends[this.#ends.length - 1] = this.length
    if (this.top === window.length) {
      window.copyWithin(0, this.top - WINDOW, this.top)
      this.top = WINDOW
    }
    window[this.top++] = token
    arena.chains.link(position, window, this.top, this.length)
  }

  /** A copy of its tokens from `index` on. */
  tokensFrom(index: number): Tokens {
    const tokens = new Int32Array(Math.max(0, this.length - index))
    for (let place = tokens.length - 1, position = this.end; place >= 0; place--) {
      tokens[place] = this.arena.tokens[position] as TokenId
      position = this.arena.previous(position)
    }
    return tokens
  }

  /** Nothing is written any more; the text stays until its room is needed. */
  close(): void {
    if (this.end >= 0) this.#ticket ??= this.arena.retire(this.end)
  }

  /** Whether its text has been given up. */
  get isEvicted(): boolean {
    return this.#ticket !== undefined && this.arena.isEvicted(this.#ticket)
  }
}
