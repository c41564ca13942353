import type { Copies } from './copies.js'
import { LONGEST_MATCH } from './matches.js'
import type { TokenArena } from './token-arena.js'

/** Room for candidates at one position of the path. */
export const SLOTS = 8
/** Most tokens in a draft. */
export const LONGEST_DRAFT = 64
/** Most different tokens at one position. */
const DIFFERENT = 6
const OLDEST = 31

const voteOf = Float64Array.from(
  { length: LONGEST_MATCH + LONGEST_DRAFT + 1 },
  (_, matched) => 2 ** Math.min(matched, 24),
)

/** What the copies say at one position, grouped by token. */
export class Candidates {
  /** Copies that say something. */
  voters = 0
  /** Sum of their votes; a copy's vote doubles with each token that it matches. */
  votes = 0
  /** Per candidate: tokens that its longest copy matches. */
  readonly deepest: Int32Array = new Int32Array(SLOTS)
  /** Per candidate: its copies. */
  readonly support: Int32Array = new Int32Array(SLOTS)
  readonly vote: Float64Array = new Float64Array(SLOTS)
  readonly nearest: Uint8Array = new Uint8Array(SLOTS)
  readonly likest: Uint8Array = new Uint8Array(SLOTS)
  readonly newest: Uint8Array = new Uint8Array(SLOTS)
  /** Per candidate: the position that its best aligned copy reads, as in {@link Copies.source}. */
  readonly origin: Int32Array = new Int32Array(SLOTS)
  /** Per candidate, of its longest copy: 1 in its own conversation, plus 2 if the model wrote it. */
  readonly kind: Uint8Array = new Uint8Array(SLOTS)

  /** Writes the candidates into `tokens` from `at` on and says how many there are. */
  collect(
    copies: Copies,
    { tokens: stored, fromOutput }: TokenArena,
    path: Int32Array,
    tokens: Int32Array,
    at: number,
  ): number {
    const { source, says } = copies
    let count = 0
    this.voters = 0
    this.votes = 0
    for (let copy = 0; copy < copies.count; copy++) {
      const position = source[copy] as number
      const token = (position >= 0 ? stored[position] : position <= -2 ? path[-2 - position] : -1) as number
      says[copy] = token
      if (token < 0) continue
      const slot = slotOf(tokens, at, count, token)
      if (slot === DIFFERENT) continue
      if (slot === count) {
        tokens[at + count++] = token
        this.#begin(slot, position)
      }
      this.#count(slot, copies, copy, position, position >= 0 ? (fromOutput[position] as number) : 0)
    }
    return count
  }

  #begin(slot: number, position: number): void {
    this.deepest[slot] = -1
    this.support[slot] = 0
    this.vote[slot] = 0
    this.nearest[slot] = 0
    this.likest[slot] = 0
    this.newest[slot] = OLDEST
    this.origin[slot] = position
  }

  #count(slot: number, copies: Copies, copy: number, position: number, fromOutput: number): void {
    const matched = copies.matched[copy] as number
    const vote = voteOf[matched] as number
    this.voters++
    this.votes += vote
    this.support[slot] = (this.support[slot] as number) + 1
    this.vote[slot] = (this.vote[slot] as number) + vote
    if (matched > (this.deepest[slot] as number)) {
      this.deepest[slot] = matched
      this.kind[slot] = (copies.same[copy] as number) | (fromOutput << 1)
    }
    const near = copies.near[copy] as number
    if (near > (this.nearest[slot] as number)) {
      this.nearest[slot] = near
      this.origin[slot] = position
    }
    const similar = copies.similar[copy] as number
    if (similar > (this.likest[slot] as number)) this.likest[slot] = similar
    const recency = copies.recency[copy] as number
    if (recency < (this.newest[slot] as number)) this.newest[slot] = recency
  }
}

/** Where `token` stands among the `count` candidates from `at` on, or the slot behind them. */
function slotOf(tokens: Int32Array, at: number, count: number, token: number): number {
  let slot = 0
  while (slot < count && tokens[at + slot] !== token) slot++
  return slot
}
