import type { Draft, Tokens } from '@foretoken/contract'
import type { AcceptanceLearner } from './acceptance-learner.js'
import type { Alignments } from './alignments.js'
import { CANDIDATE_BITS, Candidates, KIND, LONGEST_DRAFT, ORIGIN, TOKEN } from './candidates.js'
import { Copies } from './copies.js'
import type { MatchLengths } from './matches.js'
import type { Sequence } from './sequence.js'
import { WeighedPositions } from './weighed-positions.js'

const HIGHEST_CHANCE = 0.998

/** The most likely continuation as far as it was asked for. */
export class DraftPath {
  /** Tokens of the path. */
  length = 0
  readonly tokens: Int32Array = new Int32Array(LONGEST_DRAFT)
  readonly probabilities: Float32Array = new Float32Array(LONGEST_DRAFT)
  /** Where each token was read, as in a candidate's record. */
  readonly sources: Int32Array = new Int32Array(LONGEST_DRAFT)
  /** Where each token came from, as in a candidate's record. */
  readonly kinds: Uint8Array = new Uint8Array(LONGEST_DRAFT)
  /** Views by length: making one takes longer than to draft a token. */
  readonly #tokenViews: Tokens[] = []
  readonly #probabilityViews: Float32Array[] = []
  readonly #weighed: WeighedPositions
  readonly #copies: Copies
  readonly #candidates: Candidates = new Candidates()

  constructor(learner: AcceptanceLearner, lengths: MatchLengths) {
    this.#weighed = new WeighedPositions(learner)
    this.#copies = new Copies(lengths)
  }

  /** The draft of its first `length` tokens. */
  first(length: number, drafter: string): Draft {
    const tokens = this.#tokenViews[length] ?? this.tokens.subarray(0, length)
    const probabilities = this.#probabilityViews[length] ?? this.probabilities.subarray(0, length)
    this.#tokenViews[length] = tokens
    this.#probabilityViews[length] = probabilities
    return { tokens, probabilities, drafter }
  }

  clear(): void {
    this.length = 0
    this.#weighed.count = 0
  }

  /** Goes on from the end of the text until `limit` tokens, or until the product of chances falls below `floor`. */
  extend(sequence: Sequence, alignments: Alignments, limit: number, floor: number): void {
    const copies = this.#copies
    const candidates = this.#candidates
    copies.gather(sequence, alignments)
    this.clear()
    let last = sequence.window[sequence.top - 1] as number
    let before = sequence.window[sequence.top - 2] as number
    let product = 1
    for (let place = 0; ; place++) {
      if (place === 0) candidates.collect(copies, sequence.arena, this.tokens)
      else candidates.advance(copies, sequence.arena, this.tokens)
      if (candidates.count === 0) return
      const best = this.#weighed.weigh(candidates, last, before)
      const chance = Math.min(this.#weighed.chance, HIGHEST_CHANCE)
      product *= chance
      if (place === limit || product < floor) return
      before = last
      last = this.#take(place, best, chance)
      copies.follow(last, sequence)
    }
  }

  /** Learns that `truth` stood at `place`. */
  learn(place: number, truth: number): void {
    this.#weighed.learn(place, truth)
  }

  /** Puts a candidate at `place` and says its token. */
  #take(place: number, slot: number, chance: number): number {
    const { records } = this.#candidates
    const record = slot << CANDIDATE_BITS
    const token = records[record + TOKEN] as number
    this.tokens[place] = token
    this.probabilities[place] = chance
    this.sources[place] = records[record + ORIGIN] as number
    this.kinds[place] = records[record + KIND] as number
    this.length = place + 1
    return token
  }
}
