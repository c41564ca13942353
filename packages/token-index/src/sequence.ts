import type { TokenId, Tokens } from '@foretoken/contract'
import { LONGEST_ORDER, rolled, rolledOver } from './hash-chains.js'
import { NONE } from './none.js'
import { BLOCK_MASK, type TokenArena } from './token-arena.js'

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

  /** Appends `tokens` from `from` on and links them into the chains; `fromOutput` is 1 for what the model wrote. */
  append(tokens: Tokens, from: number, fromOutput: 0 | 1): void {
    for (let index = from; index < tokens.length; ) {
      const position = this.#nextPosition()
      const count = Math.min(tokens.length - index, BLOCK_MASK + 1 - (position & BLOCK_MASK))
      this.arena.fromOutput.fill(fromOutput, position, position + count)
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
