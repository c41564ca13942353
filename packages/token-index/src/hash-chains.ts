import { NONE } from './none.js'

/** Lengths of the n-grams that are linked, longest first. */
export const ORDERS: readonly number[] = [6, 2, 1]

/**
 * Per order, a chain of the positions whose n-gram fell into the same bucket, newest first.
 *
 * A chain may hold strangers (other n-grams, positions written anew), so whoever walks it compares the tokens. That is
 * what lets the table double by copying and blocks be written again without any repair.
 */
export class HashChains {
  /** Per order and position, the one before it in its chain. */
  links: readonly Int32Array[]
  #heads: readonly Int32Array[]
  #mask: number

  constructor(tokens: number) {
    const heads = headsFor(tokens)
    this.links = ORDERS.map(() => new Int32Array(tokens).fill(NONE))
    this.#heads = ORDERS.map(() => new Int32Array(heads).fill(NONE))
    this.#mask = heads - 1
  }

  /** Links the n-grams that end at `position`; the newest tokens stand in `window` before `top`. */
  link(position: number, window: Int32Array, top: number, length: number): void {
    let hash = 0
    for (let order = ORDERS.length - 1, n = 0; order >= 0; order--) {
      const size = ORDERS[order] as number
      for (; n < size; n++) {
        hash = Math.imul(hash ^ ((window[top - 1 - n] as number) + 1), 0x9e3779b1)
        hash ^= hash >>> 15
      }
      const bucket = mix(hash) & this.#mask
      const heads = this.#heads[order] as Int32Array
      ;(this.links[order] as Int32Array)[position] = heads[bucket] as number
      if (length >= size) heads[bucket] = position
    }
  }

  /** Makes room for `tokens` positions. */
  grow(tokens: number): void {
    this.links = this.links.map((chain) => widened(chain, tokens, NONE))
    // Both halves of the doubled heads start with the old chains.
    while (headsFor(tokens) > this.#mask + 1) {
      this.#heads = this.#heads.map((heads) => {
        const twice = new Int32Array(2 * heads.length)
        twice.set(heads)
        twice.set(heads, heads.length)
        return twice
      })
      this.#mask = 2 * this.#mask + 1
    }
  }

  /** Bytes of the chains over `tokens` positions. */
  static bytesFor(tokens: number): number {
    return 4 * ORDERS.length * (tokens + headsFor(tokens))
  }
}

/** A well spread 32-bit hash of a 32-bit integer (lowbias32 of Wellons's hash-prospector). */
export function mix(value: number): number {
  let hash = value ^ (value >>> 16)
  hash = Math.imul(hash, 0x7feb352d)
  hash ^= hash >>> 15
  hash = Math.imul(hash, 0x846ca68b)
  return hash ^ (hash >>> 16)
}

/** A longer copy whose new part holds `fill`. */
export function widened(array: Int32Array, length: number, fill: number): Int32Array {
  const wider = new Int32Array(length)
  wider.set(array)
  return wider.fill(fill, array.length)
}

/** A power of two, one head for two to four positions. */
function headsFor(tokens: number): number {
  return 2 ** Math.max(10, Math.ceil(Math.log2(tokens / 4)))
}
