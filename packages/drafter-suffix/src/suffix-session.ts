import { type Draft, type DraftLimits, type DraftSession, SpeculationError, type Tokens } from '@foretoken/contract'
import type { Sequence } from '@foretoken/token-index'
import { Alignments } from './alignments.js'
import { LONGEST_DRAFT } from './candidates.js'
import { DraftPath } from './draft-path.js'
import type { SessionMemory } from './scope-memory.js'

/** Above every probability: nothing has been asked for yet. */
const NOTHING = 2

/** Drafting state of one request. */
export class SuffixSession implements DraftSession {
  readonly #name: string
  #memory: SessionMemory | undefined
  readonly #path: DraftPath
  readonly #alignments = new Alignments()
  /** Whether the text has gone on, if only by nothing, since the path was made; … */
  #isSettled = true
  /** … by how many tokens … */
  #committed = 0
  /** … and how many of them it foretold. */
  #accepted = 0
  /** Length of the longest draft since the last commit; nothing behind the position at its end teaches. */
  #longest = -1
  /** Most tokens, and lowest probability, that the path was made for. */
  #limit = 0
  #floor = NOTHING

  constructor(name: string, memory: SessionMemory) {
    this.#name = name
    this.#memory = memory
    this.#path = new DraftPath(memory.learner)
  }

  /** A few microseconds, so a signal has nothing to end early. */
  draft({ maxTokens, minProbability = 0 }: DraftLimits): Draft {
    const { sequence } = this.#open()
    const path = this.#path
    if (!this.#isSettled) this.#settle(sequence)
    const limit = Math.min(maxTokens, LONGEST_DRAFT)
    if (limit > 0 && sequence.length > 0 && (limit > this.#limit || minProbability < this.#floor)) {
      this.#limit = Math.max(limit, this.#limit)
      this.#floor = Math.min(minProbability, this.#floor)
      path.extend(sequence, this.#alignments, this.#limit, this.#floor)
    }
    const length = lengthWithin(path, limit, minProbability)
    if (limit > 0) this.#longest = Math.max(this.#longest, length)
    return {
      tokens: path.tokens.subarray(0, length),
      probabilities: path.probabilities.subarray(0, length),
      drafter: this.#name,
    }
  }

  commit(tokens: Tokens): void {
    const memory = this.#open()
    this.#isSettled = false
    for (let index = 0; index < tokens.length; index++) {
      const token = tokens[index] as number
      this.#label(memory, token)
      this.#committed++
      memory.sequence.push(token, 1)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#memory?.close()
    this.#memory = undefined
  }

  /** Labels come from the text, up to its first difference from the longest draft, whatever was sent of it. */
  #label({ sequence, counts }: SessionMemory, token: number): void {
    const path = this.#path
    const place = this.#accepted
    if (place !== this.#committed || place > this.#longest) return
    path.learn(place, token, sequence.window[sequence.top - 1] as number)
    if (place === this.#longest) return
    const isHit = token === path.tokens[place]
    counts.count(path.kindOf(place), isHit)
    if (isHit) this.#accepted++
  }

  /** The text has gone on: ends the path. However the commits were cut, the outcome is the same. */
  #settle(sequence: Sequence): void {
    const accepted = this.#accepted
    const from = accepted > 0 ? (this.#path.sources[accepted - 1] as number) : -1
    this.#alignments.follow(sequence, from, accepted, this.#committed)
    this.#path.clear()
    this.#isSettled = true
    this.#committed = 0
    this.#accepted = 0
    this.#longest = -1
    this.#limit = 0
    this.#floor = NOTHING
  }

  #open(): SessionMemory {
    if (this.#memory !== undefined) return this.#memory
    throw new SpeculationError('ERR_SESSION_CLOSED', 'the draft session is closed: open a new one')
  }
}

/** How many tokens of the path, at most `limit`, keep the product of probabilities at `minProbability` or above. */
function lengthWithin({ length, probabilities }: DraftPath, limit: number, minProbability: number): number {
  const most = Math.min(length, limit)
  let product = 1
  for (let count = 0; count < most; count++) {
    product *= probabilities[count] as number
    if (product < minProbability) return count
  }
  return most
}
