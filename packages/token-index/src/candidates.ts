import { COPY_BITS, type Copies, MATCHED, NEAR, RECENCY, SAME, SAYS, SIMILAR, SOURCE } from './copies.js'
import { LONGEST_MATCH } from './matches.js'
import { NONE } from './none.js'
import type { TokenArena } from './token-arena.js'

/** Most tokens in a draft. */
export const LONGEST_DRAFT = 64
/** Most different tokens at one position. */
export const DIFFERENT = 6
const OLDEST = 31

/** A candidate's record has 8 integers: at its number shifted by this … */
export const CANDIDATE_BITS = 3
/** … stand its token, … */
export const TOKEN = 0
/** … the tokens that its longest copy matches, … */
export const DEEPEST = 1
/** … the number of its copies, … */
export const SUPPORT = 2
/** … the best that any of its copies has of nearness, … */
export const NEAREST = 3
/** … similarity … */
export const LIKEST = 4
/** … and recency, … */
export const NEWEST = 5
/** … the position that its best aligned copy reads, as in a copy's record, … */
export const ORIGIN = 6
/** … and of its longest copy: 1 in its own conversation, plus twice its origin. */
export const KIND = 7

const voteOf: Float64Array = Float64Array.from(
  { length: LONGEST_MATCH + LONGEST_DRAFT + 1 },
  (_, matched) => 2 ** Math.min(matched, 24),
)

/** What the copies say at one position, grouped by token. */
export class Candidates {
  count = 0
  /** Copies that say something. */
  voters = 0
  /** Sum of their votes; a copy's vote doubles with each token that it matches. */
  votes = 0
  /** One record a candidate. */
  readonly records: Int32Array = new Int32Array(DIFFERENT << CANDIDATE_BITS)
  /** Sum of the votes for each. */
  readonly vote: Float64Array = new Float64Array(DIFFERENT)

  /** Groups what the copies say now; those that read the path find it in `path`. */
  collect(copies: Copies, { tokens, origins }: TokenArena, path: Int32Array): void {
    const read = copies.records
    const until = copies.count << COPY_BITS
    this.count = 0
    this.voters = 0
    this.votes = 0
    for (let copy = 0; copy < until; copy += 1 << COPY_BITS) {
      const position = read[copy + SOURCE] as number
      const token = (position >= 0 ? tokens[position] : position <= -2 ? path[-2 - position] : NONE) as number
      read[copy + SAYS] = token
      if (token < 0) continue
      const slot = this.#slotOf(token, position)
      if (slot < DIFFERENT) this.#count(slot, read, copy, position >= 0 ? (origins[position] as number) : 0)
    }
  }

  /** The candidate of `token`, which is begun when it is new; {@link DIFFERENT} when there is no room for it. */
  #slotOf(token: number, position: number): number {
    const { records, count } = this
    for (let slot = 0; slot < count; slot++) if (records[slot << CANDIDATE_BITS] === token) return slot
    if (count === DIFFERENT) return DIFFERENT
    const at = count << CANDIDATE_BITS
    records[at + TOKEN] = token
    records[at + DEEPEST] = NONE
    records[at + SUPPORT] = 0
    records[at + NEAREST] = 0
    records[at + LIKEST] = 0
    records[at + NEWEST] = OLDEST
    records[at + ORIGIN] = position
    this.vote[count] = 0
    this.count = count + 1
    return count
  }

  #count(slot: number, read: Int32Array, copy: number, origin: number): void {
    const { records } = this
    const at = slot << CANDIDATE_BITS
    const matched = read[copy + MATCHED] as number
    const vote = voteOf[matched] as number
    this.voters++
    this.votes += vote
    this.vote[slot] = (this.vote[slot] as number) + vote
    records[at + SUPPORT] = (records[at + SUPPORT] as number) + 1
    if (matched > (records[at + DEEPEST] as number)) {
      records[at + DEEPEST] = matched
      records[at + KIND] = (read[copy + SAME] as number) | (origin << 1)
    }
    const near = read[copy + NEAR] as number
    if (near > (records[at + NEAREST] as number)) {
      records[at + NEAREST] = near
      records[at + ORIGIN] = read[copy + SOURCE] as number
    }
    const similar = read[copy + SIMILAR] as number
    if (similar > (records[at + LIKEST] as number)) records[at + LIKEST] = similar
    const recency = read[copy + RECENCY] as number
    if (recency < (records[at + NEWEST] as number)) records[at + NEWEST] = recency
  }
}
