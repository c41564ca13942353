import { AcceptanceLearner, FEATURES, oddsOf } from './acceptance-learner.js'
import { CANDIDATE_BITS, type Candidates, DIFFERENT, LONGEST_DRAFT, TOKEN } from './candidates.js'
import { type Surroundings, scoreCandidate } from './describe-candidate.js'
import { widened } from './hash-chains.js'

/** Errors below this teach nothing that is worth the time. */
const SURE = 0.04
/** One more than the longest draft: the position behind its end is weighed and learned from too. */
const POSITIONS: number = LONGEST_DRAFT + 1

/** What was known at each position of a path, until the text says what stands there. */
export class WeighedPositions {
  /** Positions weighed. */
  count = 0
  /** Per position: where its candidates begin; the next one's are behind them. */
  readonly #firsts: Int32Array = new Int32Array(POSITIONS + 1)
  /** Per position: its best candidate. */
  readonly #bests: Int32Array = new Int32Array(POSITIONS)
  readonly #contexts: Int32Array = new Int32Array(POSITIONS)
  readonly #reliabilities: Float64Array = new Float64Array(POSITIONS)
  /** Per candidate. */
  #tokens: Int32Array = new Int32Array(4 * DIFFERENT)
  #chances: Float64Array = new Float64Array(4 * DIFFERENT)
  #features: Int32Array = new Int32Array(4 * DIFFERENT * FEATURES)
  readonly #learner: AcceptanceLearner
  readonly #around: Surroundings = { last: 0, before: 0, reliability: 0 }

  constructor(learner: AcceptanceLearner) {
    this.#learner = learner
  }

  /** Chance of the best candidate at the position weighed last. */
  get chance(): number {
    return this.#chances[this.#bests[this.count - 1] as number] as number
  }

  /** Gives each of the `candidates` behind `before` and `last` its chance and says which is best. */
  weigh(candidates: Candidates, last: number, before: number): number {
    const learner = this.#learner
    const place = this.count++
    const first = this.#firsts[place] as number
    const behind = first + candidates.count
    if (behind > this.#tokens.length) this.#grow()
    const tokens = this.#tokens
    const chances = this.#chances
    const features = this.#features
    const context = AcceptanceLearner.contextOf(last)
    const around = this.#around
    const reliability = learner.reliability(context)
    around.last = last
    around.before = before
    around.reliability = reliability
    let best = first
    let total = 1
    for (let index = first; index < behind; index++) {
      const at = index * FEATURES
      tokens[index] = candidates.records[((index - first) << CANDIDATE_BITS) + TOKEN] as number
      const odds = oddsOf(scoreCandidate(features, at, candidates, index - first, around, learner))
      chances[index] = odds
      total += odds
      if (odds > (chances[best] as number)) best = index
    }
    for (let index = first; index < behind; index++) chances[index] = (chances[index] as number) / total
    this.#contexts[place] = context
    this.#reliabilities[place] = reliability
    this.#bests[place] = best
    this.#firsts[place + 1] = behind
    return best - first
  }

  /** Learns that `truth` stood at `place`. */
  learn(place: number, truth: number): void {
    if (place >= this.count) return
    const learner = this.#learner
    const tokens = this.#tokens
    const chances = this.#chances
    const reliability = this.#reliabilities[place] as number
    const behind = this.#firsts[place + 1] as number
    for (let index = this.#firsts[place] as number; index < behind; index++) {
      const error = (chances[index] as number) - (tokens[index] === truth ? 1 : 0)
      if (error > SURE || error < -SURE) learner.learn(this.#features, index * FEATURES, reliability, error)
    }
    const isHit = tokens[this.#bests[place] as number] === truth
    learner.observe(this.#contexts[place] as number, isHit ? 1 : 0)
  }

  /** Doubles the room for candidates: most paths need little of what a long one may. */
  #grow(): void {
    const room = 2 * this.#tokens.length
    const chances = new Float64Array(room)
    chances.set(this.#chances)
    this.#chances = chances
    this.#tokens = widened(this.#tokens, room, 0)
    this.#features = widened(this.#features, room * FEATURES, 0)
  }
}
