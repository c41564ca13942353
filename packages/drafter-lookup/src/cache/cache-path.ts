import type { TokenId, Tokens } from '@foretoken/contract'
import { CacheTrust } from './cache-trust.js'
import { LONGEST_NGRAM, type LookupCache, type MostFrequent } from './lookup-cache.js'

/** Most tokens in a draft. */
const LONGEST_DRAFT = 64

/** Which n-grams are looked up, in tokens. */
export interface NgramSizes {
  readonly minNgramTokens: number
  readonly maxNgramTokens: number
}

interface Source {
  readonly cache: LookupCache
  readonly trust: CacheTrust
}

/** What lookup caches say about how a text goes on. It follows the text token by token and learns how right they are. */
export class CachePath {
  readonly tokens: Tokens = new Int32Array(LONGEST_DRAFT)
  readonly probabilities: Float32Array = new Float32Array(LONGEST_DRAFT)
  readonly #sources: readonly Source[]
  readonly #shortest: number
  readonly #longest: number
  /** The text's last tokens, as many as the longest n-gram has, and behind them those of the draft. */
  readonly #text: Tokens = new Int32Array(LONGEST_NGRAM + LONGEST_DRAFT)
  /** How many of the text's tokens are known, up to as many as matter. */
  #known: number
  /** What {@link #weigh} found. */
  #best: TokenId = 0
  #chance = 0

  constructor(prompt: Tokens, caches: readonly LookupCache[], { minNgramTokens, maxNgramTokens }: NgramSizes) {
    this.#sources = caches.map((cache) => ({ cache, trust: new CacheTrust() }))
    this.#shortest = minNgramTokens
    this.#longest = Math.min(maxNgramTokens, LONGEST_NGRAM)
    this.#known = Math.min(prompt.length, LONGEST_NGRAM)
    this.#text.set(prompt.subarray(prompt.length - this.#known), LONGEST_NGRAM - this.#known)
  }

  /** Drafts at most `limit` tokens, as long as the product of their chances is at least `floor`; says how many. */
  draft(limit: number, floor: number): number {
    const most = Math.min(limit, LONGEST_DRAFT)
    let product = 1
    let length = 0
    for (; length < most; length++) {
      this.#weigh(LONGEST_NGRAM + length, this.#known + length)
      product *= this.#chance
      if (product === 0 || product < floor) break
      this.tokens[length] = this.#best
      this.probabilities[length] = this.#chance
      this.#text[LONGEST_NGRAM + length] = this.#best
    }
    return length
  }

  /** The text goes on with `token`. */
  commit(token: TokenId): void {
    for (const { cache, trust } of this.#sources) {
      const follower = this.#longestKnown(cache, LONGEST_NGRAM, this.#known)
      if (follower !== undefined) trust.learn(follower, follower.token === token)
    }
    this.#text.copyWithin(0, 1, LONGEST_NGRAM)
    this.#text[LONGEST_NGRAM - 1] = token
    this.#known = Math.min(this.#known + 1, LONGEST_NGRAM)
  }

  /** Finds the most probable token behind the `known` tokens in front of `end`; its chance is 0 when there is none. */
  #weigh(end: number, known: number): void {
    this.#chance = 0
    for (const { cache, trust } of this.#sources) {
      const follower = this.#longestKnown(cache, end, known)
      if (follower === undefined) continue
      const chance = trust.chance(follower)
      if (chance <= this.#chance) continue
      this.#chance = chance
      this.#best = follower.token
    }
  }

  /** What followed the longest n-gram in front of `end` that the cache knows. */
  #longestKnown(cache: LookupCache, end: number, known: number): MostFrequent | undefined {
    for (let size = Math.min(this.#longest, known); size >= this.#shortest; size--) {
      const follower = cache.mostFrequent(this.#text, end, size)
      if (follower !== undefined) return follower
    }
    return undefined
  }
}
