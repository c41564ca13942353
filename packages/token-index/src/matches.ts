import { CHAINS, ORDERS } from './hash-chains.js'
import type { Sequence } from './sequence.js'
import { previousOf } from './token-arena.js'

/** The longest match that is told apart, in tokens. */
export const LONGEST_MATCH = 32

/** Which matches count, in tokens. */
export interface MatchLengths {
  /**
   * A longer match counts as this long (1 to 32).
   * @defaultValue 32
   */
  readonly longest?: number
  /**
   * A shorter match is none (1 to `longest`).
   * @defaultValue 1
   */
  readonly shortest?: number
}

/** How far {@link Matches.find} looks. */
export interface MatchLimits extends MatchLengths {
  /** Most matches to find. */
  readonly capacity: number
  /** Most links to walk along the chain of one order. */
  readonly maxSteps: number
}

/** Earlier places that end like a sequence, those of the longest order first, in one order the newest first. */
export class Matches {
  count = 0
  /** Position of each match's last token. */
  readonly ends: Int32Array
  /** How many tokens match, as far as they are told apart. */
  readonly lengths: Int32Array
  /** Position of the first token, right to left, that was not counted; negative at a text's beginning. */
  readonly breaks: Int32Array
  readonly #maxSteps: number
  readonly #longest: number
  readonly #shortest: number

  constructor({ capacity, maxSteps, longest = LONGEST_MATCH, shortest = 1 }: MatchLimits) {
    this.ends = new Int32Array(capacity)
    this.lengths = new Int32Array(capacity)
    this.breaks = new Int32Array(capacity)
    this.#maxSteps = maxSteps
    this.#longest = longest
    this.#shortest = shortest
  }

  /**
   * Compares the tokens along the chains of the sequence's own last position. What was written since, by whichever
   * sequence, is not in them: so the result stands until the sequence grows, unless a match is evicted.
   */
  find(sequence: Sequence): void {
    this.count = 0
    for (
      let order = 0, above = this.#longest + 1;
      order < ORDERS.length && above > this.#shortest && this.count < this.ends.length;
      order++
    ) {
      const linked = ORDERS[order] as number
      if (linked > this.#longest) continue
      const least = Math.max(linked, this.#shortest)
      this.#walk(sequence, order, least, above)
      above = least
    }
  }

  /** Adds the matches of at least `least` and fewer than `above` tokens. */
  #walk(sequence: Sequence, order: number, least: number, above: number): void {
    const { arena, window, top, end } = sequence
    const { tokens } = arena
    const { links } = arena.chains
    const most = Math.min(above, this.#longest)
    const last = window[top - 1] as number
    let position = end < 0 ? end : (links[CHAINS * end + order] as number)
    for (let left = this.#maxSteps; position >= 0 && left > 0; left--) {
      if (tokens[position] === last && this.#add(sequence, position, most, least, above)) return
      position = links[CHAINS * position + order] as number
    }
  }

  /** Adds the match that ends at `position` if it is long enough and not too long; says whether that was the last there is room for. */
  #add({ arena, window, top }: Sequence, position: number, most: number, least: number, above: number): boolean {
    const { tokens, blocks } = arena
    let length = 0
    let before = position
    while (length < most && before >= 0 && tokens[before] === window[top - 1 - length]) {
      length++
      before = previousOf(blocks, before)
    }
    if (length < least || length >= above) return false
    const index = this.count++
    this.ends[index] = position
    this.lengths[index] = length
    this.breaks[index] = before
    return this.count === this.ends.length
  }
}
