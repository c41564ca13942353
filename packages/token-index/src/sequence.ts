import type { TokenId, Tokens } from '@foretoken/contract'
import { LONGEST_ORDER, rolled, rolledOver } from './hash-chains.js'
import { NONE } from './none.js'
import { BASE, BEFORE, BLOCK_MASK, type Origin, OWNER, type TokenArena } from './token-arena.js'

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
  /** Of the longest n-gram that is linked, at its end. */
  #hash: number = rolledOver(this.window, this.top)
  #ticket: number | undefined

  constructor(arena: TokenArena, owner: number) {
    this.arena = arena
    this.owner = owner
    arena.writers.add(this)
  }

  /** The closed text that ends at `end`; `ticket` tells whether it has been given up. */
  static closed(arena: TokenArena, end: number, ticket: number): Sequence {
    const sequence = new Sequence(arena, arena.recordOf(end, OWNER))
    arena.writers.delete(sequence)
    sequence.#ticket = ticket
    sequence.#follow(end)
    return sequence
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
    this.#remember(length)
  }

  /** Has the newest of its `length` tokens, the last of which is at its end, at hand. */
  #remember(length: number): void {
    this.length = length
    const known = Math.min(length, WINDOW)
    for (let index = known - 1, position = this.end; index >= 0; index--, position = this.arena.previous(position))
      this.window[this.top + index] = this.arena.tokens[position] as TokenId
    this.top += known
    this.#hash = rolledOver(this.window, this.top)
  }

  /** How many of its first tokens equal `tokens`, of which the first `known` are known to. */
  common(tokens: Tokens, known: number): number {
    const stored = this.arena.tokens
    let index = known
    for (let run = 0; run < this.#starts.length; run++) {
      const end = this.#ends[run] as number
      if (end <= index) continue
      const shift = (this.#starts[run] as number) - (run === 0 ? 0 : (this.#ends[run - 1] as number))
      const to = Math.min(end, tokens.length)
      while (index < to && stored[shift + index] === tokens[index]) index++
      if (index < end) break
    }
    return index
  }

  /** How many of its first tokens stand at the same positions as those of `other`. */
  shares(other: Sequence): number {
    let index = 0
    for (let run = 0; run < this.#starts.length && this.#starts[run] === other.#starts[run]; run++) {
      const end = this.#ends[run] as number
      index = Math.min(end, other.#ends[run] as number)
      if (index < end || index < (other.#ends[run] as number)) break
    }
    return index
  }

  /** Appends `tokens` from `from` on and links them into the chains; `origin` says who wrote them. */
  append(tokens: Tokens, from: number, origin: Origin): void {
    for (let index = from; index < tokens.length; ) {
      const position = this.#nextPosition()
      const count = Math.min(tokens.length - index, BLOCK_MASK + 1 - (position & BLOCK_MASK))
      this.arena.origins.fill(origin, position, position + count)
      this.#write(tokens, index, count, position)
      index += count
    }
  }

  /** Writes `count` tokens from `from` on, which a block has room for at `position`. */
  #write(tokens: Tokens, from: number, count: number, position: number): void {
    const { window, arena } = this
    const { chains, tokens: stored } = arena
    const shift = position - from
    let { top } = this
    let length = this.length - from
    let hash = this.#hash
    let before = window[top - 1] as number
    if (top + count > window.length) top = this.#slide()
    for (let index = from; index < from + count; index++) {
      const token = tokens[index] as number
      hash = rolled(hash, token, window[top - LONGEST_ORDER] as number)
      stored[index + shift] = token
      window[top++] = token
      chains.link(index + shift, token, before, hash, length + index + 1)
      before = token
    }
    this.#hash = hash
    this.top = top
    length += from + count
    this.length = length
    this.end = position + count - 1
    this.#ends[this.#ends.length - 1] = length
  }

  /** Where the next token goes. */
  #nextPosition(): number {
    const { arena, end } = this
    if (arena.continues(end)) return end + 1
    const position = arena.allocate(end, this.length, this.owner)
    if (this.length === 0 || position !== end + 1) {
      this.#starts.push(position)
      this.#ends.push(this.length)
    }
    return position
  }

  /** Keeps the newest tokens only, so that a block's fit behind them. */
  #slide(): number {
    const { window, top } = this
    window.copyWithin(0, top - WINDOW, top)
    return WINDOW
  }

  /** Finds the runs of the text that ends at `end`. */
  #follow(end: number): void {
    const { arena } = this
    this.end = end
    for (let last = end; last >= 0; ) {
      const first = last & ~BLOCK_MASK
      const index = arena.recordOf(first, BASE)
      // Blocks side by side are one run.
      if (this.#starts[0] === last + 1) this.#starts[0] = first
      else {
        this.#starts.unshift(first)
        this.#ends.unshift(index + last - first + 1)
      }
      last = arena.recordOf(first, BEFORE)
    }
    this.#remember(this.#ends.at(-1) ?? 0)
  }

  /** Whether its text runs through `position`. */
  holds(position: number): boolean {
    const index = this.arena.recordOf(position, BASE) + (position & BLOCK_MASK)
    let [low, high] = [0, this.#ends.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#ends[middle] as number) > index) high = middle
      else low = middle + 1
    }
    const begins = low === 0 ? 0 : (this.#ends[low - 1] as number)
    return low < this.#ends.length && (this.#starts[low] as number) + index - begins === position
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

  /** Takes over who wrote each token of `other`, which says the same. */
  copyOrigins(other: Sequence): void {
    for (let [to, from] = [this.end, other.end]; to >= 0 && from >= 0; ) {
      this.arena.origins[to] = other.arena.origins[from] as number
      to = this.arena.previous(to)
      from = other.arena.previous(from)
    }
  }

  /** Nothing is written any more; the text stays until its room is needed. */
  close(): void {
    this.arena.writers.delete(this)
    if (this.end >= 0) this.#ticket ??= this.arena.retire(this.end)
  }

  /** Where it stands among the closed texts of a saved arena, if it is one. */
  get rank(): number | undefined {
    return this.#ticket === undefined ? undefined : this.arena.rankOf(this.#ticket)
  }

  /** Whether its text has been given up. */
  get isEvicted(): boolean {
    return this.#ticket !== undefined && this.arena.isEvicted(this.#ticket)
  }
}
