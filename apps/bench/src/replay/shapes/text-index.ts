import type { TokenId, Tokens } from '@foretoken/contract'

/** n-grams that are looked up, in tokens, the longest first. */
const ORDERS = [8, 4, 2, 1] as const
const HASH_BITS = 18
const LONGEST_MATCH = 32
/** Most links to walk along the chain of one order. */
const MOST_STEPS = 12
/** Between texts: equal to no token. */
const BORDER = -1

/** An earlier place that ends like the text. */
export interface Match {
  /** Position of the token that came next there. */
  readonly next: number
  /** How many tokens match (1 to 32). */
  readonly length: number
}

/** All tokens seen, one after another, with the earlier places of each n-gram. */
export class TextIndex {
  #tokens = new Int32Array(2 ** 16)
  #length = 0
  readonly #heads = ORDERS.map(() => new Int32Array(2 ** HASH_BITS).fill(BORDER))
  /** By position and order: the place before with the same hash. */
  #links = ORDERS.map(() => new Int32Array(2 ** 16))

  /** Begins a text that does not go on from what was there. */
  separate(): void {
    this.#push(BORDER)
  }

  append(tokens: Tokens): void {
    for (const token of tokens) this.#push(token)
  }

  /** The token at a position; negative behind the end of a text. */
  at(position: number): TokenId {
    return position < this.#length ? (this.#tokens[position] as number) : BORDER
  }

  /** Up to `most` earlier places, those of the longest order first, in one order the newest first. */
  matches(most: number): Match[] {
    const found = new Map<number, Match>()
    const end = this.#length - 1
    for (const [index, order] of ORDERS.entries()) {
      const links = this.#links[index] as Int32Array
      let position = links[end] as number
      for (let left = MOST_STEPS; position >= 0 && left > 0 && found.size < most; left--) {
        const length = this.#common(position, end)
        if (length >= order && !found.has(position)) found.set(position, { next: position + 1, length })
        position = links[position] as number
      }
    }
    return [...found.values()]
  }

  #push(token: number): void {
    const position = this.#length++
    if (position === this.#tokens.length) this.#grow()
    this.#tokens[position] = token
    for (const [index, order] of ORDERS.entries()) {
      const heads = this.#heads[index] as Int32Array
      const bucket = this.#hash(position, order)
      const links = this.#links[index] as Int32Array
      links[position] = token === BORDER ? BORDER : (heads[bucket] as number)
      heads[bucket] = position
    }
  }

  #hash(position: number, order: number): number {
    let hash = order
    for (let at = Math.max(0, position - order + 1); at <= position; at++)
      hash = Math.imul(hash ^ (this.#tokens[at] as number), 0x9e3779b1) ^ (hash >>> 15)
    return Math.imul(hash, 0x85ebca6b) >>> (32 - HASH_BITS)
  }

  #common(position: number, end: number): number {
    const tokens = this.#tokens
    let length = 0
    while (length < LONGEST_MATCH && position >= length) {
      const token = tokens[position - length] as number
      if (token === BORDER || token !== tokens[end - length]) break
      length++
    }
    return length
  }

  #grow(): void {
    this.#tokens = doubled(this.#tokens)
    this.#links = this.#links.map(doubled)
  }
}

function doubled(array: Int32Array): Int32Array<ArrayBuffer> {
  const twice = new Int32Array(2 * array.length)
  twice.set(array)
  return twice
}
