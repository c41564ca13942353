import { assertInteger, type TokenId, type Tokens } from '@foretoken/contract'
import { Counts, HIGHEST } from './counts.js'
import { TupleTable } from './tuple-table.js'

/** Longest n-gram of a lookup cache, in tokens: llama.cpp's `LLAMA_NGRAM_MAX`. */
export const LONGEST_NGRAM = 4
/** Stands behind the tokens of an n-gram that is shorter than the longest: llama.cpp's `LLAMA_TOKEN_NULL`. */
export const NO_TOKEN: TokenId = -1

/** How {@link LookupCache.learn} reads a text. */
export interface LearnOptions {
  /**
   * Shortest n-gram, in tokens (1 to `maxNgramTokens`).
   * @defaultValue 1
   */
  readonly minNgramTokens?: number
  /**
   * Longest n-gram, in tokens (1 to 4). llama.cpp's static caches hold n-grams of two tokens only.
   * @defaultValue 4
   */
  readonly maxNgramTokens?: number
  /**
   * Index of the first new token (0 to the text's length); those in front of it are context that was counted before.
   * @defaultValue 0
   */
  readonly from?: number
}

/** What followed one n-gram, and how often. */
export interface LookupEntry {
  /** One to four tokens. */
  readonly ngram: Tokens
  /** Times seen, at least 1, by token. */
  readonly followers: ReadonlyMap<TokenId, number>
}

/** The token that followed an n-gram most often; the lowest of equals. */
export interface MostFrequent {
  /** Length of the n-gram, in tokens. */
  readonly size: number
  readonly token: TokenId
  /** Times it followed. */
  readonly count: number
  /** Times that anything followed. */
  readonly total: number
}

/**
 * Counts of what follows n-grams of one to four tokens: the content of llama.cpp's lookup-cache files.
 *
 * llama.cpp `common_ngram_cache`, `common_ngram_cache_update`, `common_ngram_cache_merge`.
 *
 * @example
 * ```ts
 * const cache = new LookupCache()
 * cache.learn(Int32Array.of(1, 2, 3, 1, 2, 4, 1, 2, 3))
 * cache.count(Int32Array.of(1, 2), 3) // => 2
 * ```
 */
export class LookupCache {
  readonly #ngrams = new TupleTable(LONGEST_NGRAM)
  readonly #counts = new Counts()
  readonly #key = new Int32Array(LONGEST_NGRAM)

  /** How many n-grams it knows. */
  get size(): number {
    return this.#ngrams.size
  }

  /** Counts what follows each n-gram of a text. */
  learn(text: Tokens, options: LearnOptions = {}): void {
    const { minNgramTokens = 1, maxNgramTokens = LONGEST_NGRAM, from = 0 } = options
    assertInteger('maxNgramTokens', maxNgramTokens, { min: 1, max: LONGEST_NGRAM })
    assertInteger('minNgramTokens', minNgramTokens, { min: 1, max: maxNgramTokens })
    assertInteger('from', from, { min: 0, max: text.length })
    for (const token of text) assertToken(token)
    for (let size = minNgramTokens; size <= maxNgramTokens; size++)
      for (let end = Math.max(from, size); end < text.length; end++)
        this.#counts.add(this.#ngrams.add(this.#keyOf(text, end, size)), text[end] as TokenId, 1)
  }

  /** Adds the counts of another cache; a count ends at 2,147,483,647, the most that a file holds. */
  merge(other: LookupCache): void {
    for (const { ngram, followers } of other.entries())
      for (const [token, count] of followers) this.add(ngram, token, count)
  }

  /** Counts `token` behind `ngram` (1 to 4 tokens) so many times more; says how often it was counted before. */
  add(ngram: Tokens, token: TokenId, count: number): number {
    assertInteger('the length of an n-gram', ngram.length, { min: 1, max: LONGEST_NGRAM })
    for (const part of ngram) assertToken(part)
    assertToken(token)
    assertInteger('count', count, { min: 1, max: HIGHEST })
    return this.#counts.add(this.#ngrams.add(this.#keyOf(ngram, ngram.length, ngram.length)), token, count)
  }

  /** How often `token` followed `ngram`; 0 when it never did. */
  count(ngram: Tokens, token: TokenId): number {
    if (ngram.length > LONGEST_NGRAM) return 0
    const known = this.#ngrams.find(this.#keyOf(ngram, ngram.length, ngram.length))
    return known < 0 ? 0 : this.#counts.count(known, token)
  }

  /** What followed the `size` tokens (1 to 4) in front of `end` most often; nothing when they were never seen. */
  mostFrequent(text: Tokens, end: number, size: number): MostFrequent | undefined {
    const known = this.#ngrams.find(this.#keyOf(text, end, size))
    if (known < 0) return undefined
    const counts = this.#counts
    return { size, token: counts.best(known), count: counts.most(known), total: counts.total(known) }
  }

  /** A copy of everything counted, in the order in which the n-grams came up. */
  *entries(): Generator<LookupEntry, void, void> {
    for (let index = 0, end = this.size; index < end; index++) {
      const tokens = Array.from({ length: LONGEST_NGRAM }, (_, place) => this.#ngrams.value(index, place))
      yield {
        ngram: Int32Array.from(tokens.filter((token) => token !== NO_TOKEN)),
        followers: new Map(this.#counts.followers(index)),
      }
    }
  }

  /** The `size` tokens in front of `end`, padded. */
  #keyOf(text: Tokens, end: number, size: number): Int32Array {
    const key = this.#key
    for (let place = 0; place < LONGEST_NGRAM; place++)
      key[place] = place < size ? (text[end - size + place] as TokenId) : NO_TOKEN
    return key
  }
}

/** The counts of all the caches together, in a new one. */
export function mergeLookupCaches(...caches: readonly LookupCache[]): LookupCache {
  const merged = new LookupCache()
  for (const cache of caches) merged.merge(cache)
  return merged
}

function assertToken(token: TokenId): void {
  assertInteger('a token', token, { min: 0, max: HIGHEST })
}
