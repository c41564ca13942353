import { type AcceptanceLearner, FEATURES } from './acceptance-learner.js'
import type { Alignments } from './alignments.js'
import { Candidates, LONGEST_DRAFT, SLOTS } from './candidates.js'
import { Copies } from './copies.js'
import { describeCandidate, lengthBucket } from './describe-candidate.js'
import type { MatchLengths } from './matches.js'
import type { Sequence } from './sequence.js'

/** Errors below this teach nothing that is worth the time. */
const SURE = 0.01
const HIGHEST_CHANCE = 0.998
/** One more than the longest draft: the position behind its end is weighed and learned from too. */
const POSITIONS = LONGEST_DRAFT + 1

/** The most likely continuation as far as it was asked for, and what was known at each of its positions. */
export class DraftPath {
  /** Tokens of the path. */
  length = 0
  readonly tokens: Int32Array = new Int32Array(LONGEST_DRAFT)
  readonly probabilities: Float32Array = new Float32Array(LONGEST_DRAFT)
  /** Where each token was read, as in {@link Copies.source}. */
  readonly sources: Int32Array = new Int32Array(LONGEST_DRAFT)
  /** Positions weighed. */
  #weighed = 0
  readonly #counts = new Uint8Array(POSITIONS)
  readonly #best = new Uint8Array(POSITIONS)
  readonly #kinds = new Uint8Array(POSITIONS)
  readonly #reliability = new Float64Array(POSITIONS)
  readonly #candidates = new Int32Array(POSITIONS * SLOTS)
  readonly #chances = new Float64Array(POSITIONS * SLOTS)
  readonly #buckets = new Uint8Array(POSITIONS * SLOTS)
  readonly #features = new Int32Array(POSITIONS * SLOTS * FEATURES)
  readonly #copies: Copies
  readonly #group = new Candidates()
  readonly #learner: AcceptanceLearner

  constructor(learner: AcceptanceLearner, lengths: MatchLengths) {
    this.#learner = learner
    this.#copies = new Copies(lengths)
  }

  clear(): void {
    this.length = 0
    this.#weighed = 0
  }

  /** Goes on from the end of the text until `limit` tokens, or until the product of chances falls below `floor`. */
  extend(sequence: Sequence, alignments: Alignments, limit: number, floor: number): void {
    const { tokens } = this
    const copies = this.#copies
    copies.gather(sequence, alignments)
    this.length = 0
    let last = sequence.window[sequence.top - 1] as number
    let before = sequence.window[sequence.top - 2] as number
    let product = 1
    for (let place = 0; ; place++) {
      const count = this.#group.collect(copies, sequence.arena, tokens, this.#candidates, place * SLOTS)
      this.#counts[place] = count
      this.#weighed = place + 1
      if (count === 0) return
      const best = this.#weigh(place, count, last, before)
      const chance = Math.min(this.#chances[place * SLOTS + best] as number, HIGHEST_CHANCE)
      product *= chance
      if (place === limit || product < floor) return
      const chosen = this.#candidates[place * SLOTS + best] as number
      tokens[place] = chosen
      this.probabilities[place] = chance
      this.sources[place] = this.#group.origin[best] as number
      this.length = place + 1
      before = last
      last = chosen
      copies.follow(chosen, sequence)
    }
  }

  /** Learns that `truth` stood at `place`, behind the token `last`. */
  learn(place: number, truth: number, last: number): void {
    const count = this.#counts[place] as number
    if (place >= this.#weighed || count === 0) return
    const at = place * SLOTS
    for (let slot = at; slot < at + count; slot++) {
      const error = (this.#chances[slot] as number) - (this.#candidates[slot] === truth ? 1 : 0)
      if (error > SURE || error < -SURE) this.#learn(slot, place, error)
    }
    this.#learner.observe(last, this.#candidates[at + (this.#best[place] as number)] === truth ? 1 : 0)
  }

  /** Where the token at `place` came from, as in {@link Candidates.kind}. */
  kindOf(place: number): number {
    return this.#kinds[place] as number
  }

  #learn(slot: number, place: number, error: number): void {
    const reliability = this.#reliability[place] as number
    this.#learner.learn(this.#features, slot * FEATURES, this.#buckets[slot] as number, reliability, error)
  }

  /** Gives each of the candidates at `place` its chance and says which is best. */
  #weigh(place: number, count: number, last: number, before: number): number {
    const group = this.#group
    const learner = this.#learner
    const features = this.#features
    const chances = this.#chances
    const at = place * SLOTS
    const reliability = learner.reliabilityAfter(last)
    const surroundings = { last, before, leading: this.#candidates[at] as number }
    let best = 0
    let top = Number.NEGATIVE_INFINITY
    let total = 1
    for (let slot = 0; slot < count; slot++) {
      const from = (at + slot) * FEATURES
      const bucket = lengthBucket[group.deepest[slot] as number] as number
      describeCandidate(features, from, group, slot, this.#candidates[at + slot] as number, surroundings)
      const score = learner.score(features, from, bucket, reliability)
      if (score > top) {
        top = score
        best = slot
      }
      const odds = Math.exp(score)
      chances[at + slot] = odds
      total += odds
      this.#buckets[at + slot] = bucket
    }
    for (let slot = at; slot < at + count; slot++) chances[slot] = (chances[slot] as number) / total
    this.#reliability[place] = reliability
    this.#best[place] = best
    this.#kinds[place] = group.kind[best] as number
    return best
  }
}
