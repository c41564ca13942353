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
  /** Whether all copies say the same, so that none is dropped when it is chosen. */
  #isUnanimous = false
  /** Of the first candidate: its longest copy … */
  #deepestCopy = 0
  /** … and its best aligned one. */
  #nearestCopy = 0

  /** The same as {@link collect}, one position on: what all copies say again differs in little. */
  advance(copies: Copies, arena: TokenArena, path: Int32Array): void {
    if (!(this.#isUnanimous && this.#advanceAll(copies, arena, path))) this.collect(copies, arena, path)
  }

  /** Whether all copies say the same once more. */
  #advanceAll(copies: Copies, { tokens, origins }: TokenArena, path: Int32Array): boolean {
    const { records } = this
    const read = copies.records
    const until = copies.count << COPY_BITS
    const token = tokenAt(read[SOURCE] as number, tokens, path)
    if (token < 0) return false
    for (let copy = 0; copy < until; copy += 1 << COPY_BITS) {
      if (tokenAt(read[copy + SOURCE] as number, tokens, path) !== token) return false
      read[copy + SAYS] = token
    }
    records[TOKEN] = token
    records[DEEPEST] = (records[DEEPEST] as number) + 1
    records[KIND] = kindOf(read, this.#deepestCopy, origins)
    records[ORIGIN] = read[this.#nearestCopy + SOURCE] as number
    return true
  }

  /** Groups what the copies say now; those that read the path find it in `path`. */
  collect(copies: Copies, { tokens, origins }: TokenArena, path: Int32Array): void {
    const { records } = this
    const read = copies.records
    const until = copies.count << COPY_BITS
    let votes = 0
    let voters = 0
    this.count = 0
    for (let copy = 0; copy < until; copy += 1 << COPY_BITS) {
      const token = tokenAt(read[copy + SOURCE] as number, tokens, path)
      read[copy + SAYS] = token
      if (token < 0) continue
      // Mostly all say the same.
      const slot = this.count > 0 && records[TOKEN] === token ? 0 : this.#slotOf(token, read, copy)
      if (slot === DIFFERENT) continue
      const vote = voteOf[read[copy + MATCHED] as number] as number
      voters++
      votes += vote
      this.vote[slot] = (this.vote[slot] as number) + vote
      this.#count(slot << CANDIDATE_BITS, read, copy, origins)
    }
    this.voters = voters
    this.votes = votes
    this.#isUnanimous = this.count === 1 && voters === copies.count
  }

  /** The candidate of `token`, which is begun when it is new; {@link DIFFERENT} when there is no room for it. */
  #slotOf(token: number, read: Int32Array, copy: number): number {
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
    records[at + ORIGIN] = read[copy + SOURCE] as number
    if (count === 0) this.#nearestCopy = copy
    this.vote[count] = 0
    this.count = count + 1
    return count
  }

  /** Takes over what speaks most for the candidate at `at`. */
  #count(at: number, read: Int32Array, copy: number, origins: Uint8Array): void {
    const { records } = this
    records[at + SUPPORT] = (records[at + SUPPORT] as number) + 1
    const matched = read[copy + MATCHED] as number
    if (matched > (records[at + DEEPEST] as number)) {
      records[at + DEEPEST] = matched
      records[at + KIND] = kindOf(read, copy, origins)
      if (at === 0) this.#deepestCopy = copy
    }
    const near = read[copy + NEAR] as number
    if (near > (records[at + NEAREST] as number)) {
      records[at + NEAREST] = near
      records[at + ORIGIN] = read[copy + SOURCE] as number
      if (at === 0) this.#nearestCopy = copy
    }
    const similar = read[copy + SIMILAR] as number
    if (similar > (records[at + LIKEST] as number)) records[at + LIKEST] = similar
    const recency = read[copy + RECENCY] as number
    if (recency < (records[at + NEWEST] as number)) records[at + NEWEST] = recency
  }
}

/** What stands where a copy reads; those that read the path find it in `path`. */
function tokenAt(position: number, tokens: Int32Array, path: Int32Array): number {
  return (position >= 0 ? tokens[position] : position <= -2 ? path[-2 - position] : NONE) as number
}

function kindOf(read: Int32Array, copy: number, origins: Uint8Array): number {
  const position = read[copy + SOURCE] as number
  return (read[copy + SAME] as number) | ((position >= 0 ? (origins[position] as number) : 0) << 1)
}
