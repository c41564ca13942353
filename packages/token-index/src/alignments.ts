import type { Sequence } from './sequence.js'
import { BASE, BLOCK_MASK, OWNER } from './token-arena.js'

const REMEMBERED = 4
/** A copy at most so many tokens beside an alignment counts as near it. */
const NEAR = 16

/**
 * How far behind, and in which conversation, the accepted tokens were copied from; and where the newest copy stands.
 * The cursor moves on with the text, so a copy resumes after a substitution although no context matches there.
 */
export class Alignments {
  /** Position of the token that the running copy says next; negative while there is none. */
  cursor = -1
  readonly #distances: Int32Array = new Int32Array(REMEMBERED)
  readonly #owners: Int32Array = new Int32Array(REMEMBERED).fill(-1)

  /** 2 on a known alignment, 1 near one, else 0. */
  nearness(owner: number, distance: number): 0 | 1 | 2 {
    let nearness: 0 | 1 = 0
    for (let index = 0; index < REMEMBERED; index++) {
      if (this.#owners[index] !== owner) continue
      const off = Math.abs(distance - (this.#distances[index] as number))
      if (off === 0) return 2
      if (off <= NEAR) nearness = 1
    }
    return nearness
  }

  /** After `committed` tokens, of which the last of the `accepted` ones was copied from position `from`, if from any. */
  follow(sequence: Sequence, from: number, accepted: number, committed: number): void {
    const { arena } = sequence
    let moved = committed
    if (from >= 0) {
      const distance = sequence.length - committed + accepted - 1 - arena.recordOf(from, BASE) - (from & BLOCK_MASK)
      this.#bringToFront(arena.recordOf(from, OWNER), distance)
      this.cursor = from
      moved -= accepted - 1
    }
    for (; moved > 0 && this.cursor >= 0; moved--) this.cursor = arena.next(this.cursor)
  }

  #bringToFront(owner: number, distance: number): void {
    const owners = this.#owners
    const distances = this.#distances
    let index = 0
    while (index < REMEMBERED - 1 && !(distances[index] === distance && owners[index] === owner)) index++
    for (; index > 0; index--) {
      distances[index] = distances[index - 1] as number
      owners[index] = owners[index - 1] as number
    }
    distances[0] = distance
    owners[0] = owner
  }
}
