import type { Alignments } from './alignments.js'
import { LONGEST_MATCH, Matches, type MatchLengths } from './matches.js'
import type { Sequence } from './sequence.js'

/** Tokens compared beyond the first difference. */
const COMPARED = 16
const limits = { capacity: 8, maxSteps: 12 }
/** The matches and the running copy. */
const SIZE = limits.capacity + 1

/** The places that the text may go on like, and those of them that agree with the path so far. */
export class Copies {
  count = 0
  /** Next position to read; −2 − i reads the path at i, −1 has ended. */
  readonly source: Int32Array = new Int32Array(SIZE)
  /** Tokens that match, drafted ones included. */
  readonly matched: Int32Array = new Int32Array(SIZE)
  /** 2 on an alignment, 1 near one. */
  readonly near: Uint8Array = new Uint8Array(SIZE)
  /** Tokens that are equal beyond the first difference, in pairs. */
  readonly similar: Uint8Array = new Uint8Array(SIZE)
  /** Binary logarithm of how long ago it was written. */
  readonly recency: Uint8Array = new Uint8Array(SIZE)
  /** 1 in the text's own conversation. */
  readonly same: Uint8Array = new Uint8Array(SIZE)
  /** The token that each says at the position in hand; negative for none. */
  readonly says: Int32Array = new Int32Array(SIZE)
  readonly #matches: Matches

  constructor(lengths: MatchLengths) {
    this.#matches = new Matches({ ...limits, ...lengths })
  }

  /** Finds earlier places that end like the text, the longest and newest first, and the running copy. */
  gather(sequence: Sequence, alignments: Alignments): void {
    const { arena } = sequence
    const matches = this.#matches
    matches.find(sequence)
    this.count = 0
    for (let index = 0; index < matches.count; index++) {
      const end = matches.ends[index] as number
      const matched = matches.lengths[index] as number
      this.#add(sequence, alignments, arena.next(end), end, matched, matches.breaks[index] as number)
    }
    const { cursor } = alignments
    if (cursor < 0 || (arena.tokens[cursor] as number) < 0 || this.#has(cursor)) return
    const { window, top } = sequence
    let matched = 0
    let before = arena.previous(cursor)
    while (matched < COMPARED && before >= 0 && arena.tokens[before] === window[top - 1 - matched]) {
      matched++
      before = arena.previous(before)
    }
    this.#add(sequence, alignments, cursor, cursor, matched, before)
    this.near[this.count - 1] = 2
  }

  /** Keeps the copies that said `chosen` and moves them on; one that reaches the text's end reads on in the path. */
  follow(chosen: number, { arena, end }: Sequence): void {
    const { source, matched, near, similar, recency, same, says } = this
    let kept = 0
    for (let copy = 0; copy < this.count; copy++) {
      if (says[copy] !== chosen) continue
      const position = source[copy] as number
      source[kept] = position <= -2 ? position - 1 : position === end ? -2 : arena.next(position)
      matched[kept] = (matched[copy] as number) + 1
      near[kept] = near[copy] as number
      similar[kept] = similar[copy] as number
      recency[kept] = recency[copy] as number
      same[kept] = same[copy] as number
      kept++
    }
    this.count = kept
  }

  /** A copy that reads on at `source`; `at` is where it stands, `before` the first position that does not match. */
  #add(sequence: Sequence, alignments: Alignments, source: number, at: number, matched: number, before: number): void {
    const { arena, end, owner, length } = sequence
    const whose = arena.ownerOf(at)
    const similar = matched < LONGEST_MATCH ? similarity(sequence, matched, before) : 0
    const copy = this.count++
    this.source[copy] = source
    this.matched[copy] = matched
    this.near[copy] = alignments.nearness(whose, length - 1 - arena.indexOf(at))
    this.similar[copy] = (similar + 1) >> 1
    this.recency[copy] = 31 - Math.clz32(arena.age(end, at) | 1)
    this.same[copy] = whose === owner ? 1 : 0
  }

  #has(source: number): boolean {
    for (let copy = 0; copy < this.count; copy++) if (this.source[copy] === source) return true
    return false
  }
}

/** How many of the tokens left of `before` equal those as far left of the text's first difference. */
function similarity({ arena, window, top }: Sequence, matched: number, before: number): number {
  if (before < 0) return 0
  let similar = 0
  let position = arena.previous(before)
  for (let back = matched + 2; back <= matched + 1 + COMPARED && position >= 0; back++) {
    if (arena.tokens[position] === window[top - back]) similar++
    position = arena.previous(position)
  }
  return similar
}
