import { LONGEST_NGRAM, type MostFrequent } from './lookup-cache.js'

/** Buckets of how often an n-gram was seen, by powers of two. */
const SEEN = 8
/** Buckets of the share that the most frequent follower has. */
const SHARES = 5
/** How many sightings the counts of a cache are worth against those in the text. */
const PRIOR = 4
/** What absolute discounting takes from a count (Ney, Essen and Kneser 1994): what was seen once may be chance. */
const DISCOUNT = 0.5

/**
 * Learns from a text how often the most frequent follower of an n-gram comes: by the n-gram's length, how often it was
 * seen, and the follower's share. It starts from what the counts say.
 */
export class CacheTrust {
  readonly #hits = new Float32Array(LONGEST_NGRAM * SEEN * SHARES)
  readonly #trials = new Float32Array(LONGEST_NGRAM * SEEN * SHARES)

  /** How probable it is that the follower comes. */
  chance(follower: MostFrequent): number {
    const bucket = bucketOf(follower)
    const counted = (follower.count - DISCOUNT) / (follower.total + 1)
    return ((this.#hits[bucket] as number) + PRIOR * counted) / ((this.#trials[bucket] as number) + PRIOR)
  }

  /** Notes whether the follower came. */
  learn(follower: MostFrequent, isHit: boolean): void {
    const bucket = bucketOf(follower)
    this.#trials[bucket] = (this.#trials[bucket] as number) + 1
    if (isHit) this.#hits[bucket] = (this.#hits[bucket] as number) + 1
  }
}

function bucketOf({ size, count, total }: MostFrequent): number {
  const seen = Math.min(SEEN - 1, Math.floor(Math.log2(total)))
  const share = Math.min(SHARES - 1, Math.floor((SHARES * count) / total))
  return ((size - 1) * SEEN + seen) * SHARES + share
}
