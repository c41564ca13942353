import type { Alignments } from './alignments.js'
import { LONGEST_MATCH, Matches, type MatchLengths } from './matches.js'
import type { Sequence } from './sequence.js'
import { BASE, BEGUN, BLOCK_BITS, BLOCK_MASK, nextOf, OWNER, previousOf, RECORD_BITS } from './token-arena.js'

/** Tokens compared beyond the first difference. */
const COMPARED = 8
/** Most tokens that the running copy is compared with. */
const LONGEST_CURSOR = 16
const limits = { capacity: 8, maxSteps: 8 }
/** The matches and the running copy. */
const SIZE: number = limits.capacity + 1

/** A copy's record has 8 integers: at its number shifted by this … */
export const COPY_BITS = 3
/** … stand the next position to read (−2 − i reads the path at i, −1 has ended), … */
export const SOURCE = 0
/** … the tokens that match, drafted ones included, … */
export const MATCHED = 1
/** … 2 on an alignment or 1 near one, … */
export const NEAR = 2
/** … how many tokens are equal beyond the first difference, … */
export const SIMILAR = 3
/** … the binary logarithm of how long ago it was written, … */
export const RECENCY = 4
/** … 1 in the text's own conversation, … */
export const SAME = 5
/** … and the token that it says at the position in hand, negative for none. */
export const SAYS = 6

/** The places that the text may go on like, and those of them that agree with the path so far. */
export class Copies {
  count = 0
  /** One record a copy. */
  readonly records: Int32Array = new Int32Array(SIZE << COPY_BITS)
  readonly #matches: Matches

  constructor(lengths: MatchLengths) {
    this.#matches = new Matches({ ...limits, ...lengths })
  }

  /** Finds earlier places that end like the text, the longest and newest first, and the running copy. */
  gather(sequence: Sequence, alignments: Alignments): void {
    const matches = this.#matches
    matches.find(sequence)
    this.count = 0
    const { arena } = sequence
    const { ends, lengths, breaks } = matches
    for (let index = 0; index < matches.count; index++) {
      const end = ends[index] as number
      this.#add(sequence, alignments, arena.next(end), end, lengths[index] as number, breaks[index] as number)
    }
    const { cursor } = alignments
    if (cursor >= 0 && (arena.tokens[cursor] as number) >= 0 && !this.#has(cursor)) this.#resume(sequence, alignments)
  }

  /** Keeps the copies that said `chosen` and moves them on; one that reaches the text's end reads on in the path. */
  follow(chosen: number, { arena, end }: Sequence): void {
    const { records } = this
    const { blocks } = arena
    const until = this.count << COPY_BITS
    let kept = 0
    for (let at = 0; at < until; at += 1 << COPY_BITS) {
      if (records[at + SAYS] !== chosen) continue
      const position = records[at + SOURCE] as number
      records[kept + SOURCE] = position <= -2 ? position - 1 : position === end ? -2 : nextOf(blocks, position)
      records[kept + MATCHED] = (records[at + MATCHED] as number) + 1
      // Mostly none is dropped, and all stay where they are.
      if (kept < at) for (let field = NEAR; field < SAYS; field++) records[kept + field] = records[at + field] as number
      kept += 1 << COPY_BITS
    }
    this.count = kept >> COPY_BITS
  }

  /** Adds the running copy, which goes on after a substitution although nothing matches there. */
  #resume(sequence: Sequence, alignments: Alignments): void {
    const { window, top, arena } = sequence
    const { tokens, blocks } = arena
    const { cursor } = alignments
    let matched = 0
    let before = previousOf(blocks, cursor)
    while (matched < LONGEST_CURSOR && before >= 0 && tokens[before] === window[top - 1 - matched]) {
      matched++
      before = previousOf(blocks, before)
    }
    this.#add(sequence, alignments, cursor, cursor, matched, before)
    this.records[((this.count - 1) << COPY_BITS) + NEAR] = 2
  }

  /** A copy that reads on at `source`; `at` is where it stands, `before` the first position that does not match. */
  #add(sequence: Sequence, alignments: Alignments, source: number, at: number, matched: number, before: number): void {
    const { records } = this
    const { end, owner, length } = sequence
    const { blocks } = sequence.arena
    const block = (at >> BLOCK_BITS) << RECORD_BITS
    const place = at & BLOCK_MASK
    const whose = blocks[block + OWNER] as number
    const written = (blocks[block + BEGUN] as number) + place
    const now = (blocks[((end >> BLOCK_BITS) << RECORD_BITS) + BEGUN] as number) + (end & BLOCK_MASK)
    const copy = this.count++ << COPY_BITS
    records[copy + SOURCE] = source
    records[copy + MATCHED] = matched
    records[copy + NEAR] = alignments.nearness(whose, length - 1 - (blocks[block + BASE] as number) - place)
    records[copy + SIMILAR] = matched < LONGEST_MATCH && before >= 0 ? similarity(sequence, matched, before) : 0
    records[copy + RECENCY] = 31 - Math.clz32(Math.abs((now - written) | 0) | 1)
    records[copy + SAME] = whose === owner ? 1 : 0
  }

  #has(source: number): boolean {
    for (let copy = 0; copy < this.count; copy++) if (this.records[copy << COPY_BITS] === source) return true
    return false
  }
}

/** How many of the tokens left of `before` equal those as far left of the text's first difference. */
function similarity({ arena, window, top }: Sequence, matched: number, before: number): number {
  const { tokens, blocks } = arena
  const first = top - matched - 2
  let similar = 0
  let position = previousOf(blocks, before)
  for (let place = first; place > first - COMPARED && position >= 0; place--) {
    if (tokens[position] === window[place]) similar++
    position = previousOf(blocks, position)
  }
  return similar
}
