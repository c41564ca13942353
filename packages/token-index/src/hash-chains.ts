import { NONE } from './none.js'

/** Lengths of the n-grams that are linked, longest first. */
export const ORDERS: readonly number[] = [6, 2, 1]
/** Links at one position, one an order. */
export const CHAINS = 3
/** Tokens of the longest n-gram. */
export const LONGEST_ORDER: number = ORDERS[0] as number
/** Base of the polynomial that the longest n-gram is hashed by … */
const BASE = 0x2c1b3c6d
/** … and its power that the token just left behind has in it. */
const LEFT_BEHIND: number = Array.from({ length: LONGEST_ORDER }).reduce<number>((power) => Math.imul(power, BASE), 1)
/** Spreads a product over its upper bits (Knuth's multiplicative hashing). */
const SPREAD = 0x9e3779b1

/**
 * Per order, a chain of the positions whose n-gram fell into the same bucket, newest first.
 *
 * A chain may hold strangers (other n-grams, positions written anew), so whoever walks it compares the tokens. That is
 * what lets the table double by copying and blocks be written again without any repair.
 */
export class HashChains {
  /** Per position, the one before it in the chain of each order. */
  links: Int32Array
  #heads: Int32Array
  /** Bits of a hash that do not name its bucket. */
  #shift: number

  constructor(tokens: number) {
    const bits = headBits(tokens)
    this.links = new Int32Array(CHAINS * tokens).fill(NONE)
    this.#heads = new Int32Array(CHAINS << bits).fill(NONE)
    this.#shift = 32 - bits
  }

  /** The chains whose links and heads were saved. */
  static from(links: Int32Array, heads: Int32Array, tokens: number): HashChains {
    const chains = new HashChains(0)
    chains.links = links
    chains.#heads = heads
    chains.#shift = 32 - Math.log2(heads.length / CHAINS)
    chains.grow(tokens)
    return chains
  }

  /** The newest position of each bucket, order by order. */
  get heads(): Int32Array {
    return this.#heads
  }

  /**
   * Links the n-grams that end with `token` at `position`, where `before` stands in front of it, `six` is the hash of the
   * longest and `length` counts the tokens of the text.
   */
  link(position: number, token: number, before: number, six: number, length: number): void {
    const { links } = this
    const heads = this.#heads
    const shift = this.#shift
    const buckets = 1 << (32 - shift)
    const at = CHAINS * position
    const longest = Math.imul(six, SPREAD) >>> shift
    const pair = buckets + (Math.imul(Math.imul(before, BASE) + token, SPREAD) >>> shift)
    const single = 2 * buckets + (Math.imul(token, SPREAD) >>> shift)
    links[at] = heads[longest] as number
    links[at + 1] = heads[pair] as number
    links[at + 2] = heads[single] as number
    if (length >= LONGEST_ORDER) heads[longest] = position
    if (length >= 2) heads[pair] = position
    heads[single] = position
  }

  /** Makes room for `tokens` positions. */
  grow(tokens: number): void {
    this.links = widened(this.links, CHAINS * tokens, NONE)
    while (headBits(tokens) > 32 - this.#shift) this.#doubleHeads()
  }

  /** Bytes of the chains over `tokens` positions. */
  static bytesFor(tokens: number): number {
    return 4 * CHAINS * (tokens + 2 ** headBits(tokens))
  }

  /** A bucket's two successors both start with its old chain. */
  #doubleHeads(): void {
    const heads = this.#heads
    const twice = new Int32Array(2 * heads.length)
    for (let index = 0; index < heads.length; index++) {
      const head = heads[index] as number
      twice[2 * index] = head
      twice[2 * index + 1] = head
    }
    this.#heads = twice
    this.#shift--
  }
}

/** The hash of the longest n-gram that ends with `token`, given the one before it and the token that it leaves behind. */
export function rolled(hash: number, token: number, leftBehind: number): number {
  return (Math.imul(hash, BASE) + token - Math.imul(leftBehind, LEFT_BEHIND)) | 0
}

/** The hash of the longest n-gram that stands in front of `top`. */
export function rolledOver(window: Int32Array, top: number): number {
  let hash = 0
  for (let place = top - LONGEST_ORDER; place < top; place++) hash = rolled(hash, window[place] as number, 0)
  return hash
}

/** A longer copy whose new part holds `fill`; the array itself if it is long enough. */
export function widened(array: Int32Array, length: number, fill: number): Int32Array {
  if (length <= array.length) return array
  const wider = new Int32Array(length)
  wider.set(array)
  return wider.fill(fill, array.length)
}

/** Binary logarithm of the number of heads: one for two to four positions, and enough for a few prompts. */
function headBits(tokens: number): number {
  return Math.max(13, Math.ceil(Math.log2(tokens / 4)))
}
