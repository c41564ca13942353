import type { TokenId } from '@foretoken/contract'
import type { Match, TextIndex } from './text-index.js'

/** One token that may come next, and where it was read. */
export interface Alternative {
  readonly token: TokenId
  /** P(it comes next | all before it did). */
  readonly probability: number
  /** The copies that say so, one token on. */
  readonly copies: readonly Match[]
  /** What is learned from whether it came. */
  readonly cell: number
}

const LENGTHS = 17
const RANKS = 3
const RIVALS = 3
/** What a cell's first guess is worth, in sightings. */
const GUESS = 4
/** Sightings fade with a time constant of 1,000. */
const KEPT = 0.999

/** What copies say comes next, and how often such copies were right: by their longest match, their rank and their rivals. */
export class Alternatives {
  readonly #index: TextIndex
  readonly #seen = new Float64Array(LENGTHS * RANKS * RIVALS)
  readonly #right = new Float64Array(LENGTHS * RANKS * RIVALS)

  constructor(index: TextIndex) {
    this.#index = index
  }

  /** The likeliest first. */
  after(copies: readonly Match[]): Alternative[] {
    const groups = new Map<TokenId, Match[]>()
    for (const { next, length } of copies) {
      const token = this.#index.at(next)
      if (token < 0) continue
      const group = groups.get(token) ?? []
      groups.set(token, group)
      group.push({ next: next + 1, length: Math.min(32, length + 1) })
    }
    const rivals = Math.min(RIVALS, groups.size) - 1
    const ranked = [...groups].sort(([, left], [, right]) => votes(right) - votes(left))
    const rated = ranked.map(([token, group], rank) => {
      const length = Math.max(...group.map((copy) => copy.length)) - 1
      const cell = (bucketOf(length) * RANKS + Math.min(RANKS - 1, rank)) * RIVALS + rivals
      return { token, copies: group, cell, probability: this.#rate(cell, length, rank) }
    })
    const sum = rated.reduce((total, { probability }) => total + probability, 0)
    const scaled = rated.map((one) => ({ ...one, probability: one.probability / Math.max(1, sum) }))
    return scaled.sort((left, right) => right.probability - left.probability)
  }

  /** Takes over which token came. */
  learn(alternatives: readonly Alternative[], truth: TokenId): void {
    for (const { cell, token } of alternatives) {
      this.#seen[cell] = KEPT * (this.#seen[cell] as number) + 1
      this.#right[cell] = KEPT * (this.#right[cell] as number) + (token === truth ? 1 : 0)
    }
  }

  #rate(cell: number, length: number, rank: number): number {
    const guess = (length / (length + 3)) * 0.4 ** rank
    return ((this.#right[cell] as number) + GUESS * guess) / ((this.#seen[cell] as number) + GUESS)
  }
}

/** A copy's vote doubles with each token that it matches. */
function votes(copies: readonly Match[]): number {
  return copies.reduce((sum, { length }) => sum + 2 ** length, 0)
}

function bucketOf(length: number): number {
  return Math.min(LENGTHS - 1, length <= 12 ? length : 12 + ((length - 12) >> 2))
}
