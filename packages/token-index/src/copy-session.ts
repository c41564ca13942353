import { type Draft, type DraftLimits, type DraftSession, SpeculationError, type Tokens } from '@foretoken/contract'
import type { AcceptanceLearner } from './acceptance-learner.js'
import { Alignments } from './alignments.js'
import { LONGEST_DRAFT } from './candidates.js'
import { DraftPath } from './draft-path.js'
import type { Sequence } from './sequence.js'
import type { Source, SourceCounts } from './source-counts.js'
import { CORPUS } from './token-arena.js'

/** What a {@link CopySession} reads and writes. */
export interface CopySessionOptions {
  /** Name of the drafter, on every draft. */
  readonly name: string
  /** The text: it starts with the prompt and grows with each commit. */
  readonly sequence: Sequence
  /** Learns from the text; sessions may share one. */
  readonly learner: AcceptanceLearner
  /** Where hits are counted. */
  readonly counts: SourceCounts
  /**
   * Longest match that is told apart, in tokens (1 to 32); the newest of those as long comes first.
   * @defaultValue 32
   */
  readonly longestMatch?: number
  /**
   * Shortest match that starts a copy, in tokens (1 to `longestMatch`); a running copy goes on without one.
   * @defaultValue 1
   */
  readonly shortestMatch?: number
  /** Called once, at the session's end. */
  readonly onClose?: () => void
}

/** What drafting needs. */
interface Tables {
  readonly path: DraftPath
  readonly alignments: Alignments
}

/** Above every probability: nothing has been asked for yet. */
const NOTHING = 2

/**
 * Drafting from copies: what followed where the text ended like this before, each token with its learned probability.
 *
 * A drafter is this over an index that it chooses: of one request, or of all that it remembers.
 */
export class CopySession implements DraftSession {
  readonly #name: string
  readonly #sequence: Sequence
  readonly #counts: SourceCounts
  readonly #makeTables: () => Tables
  /** A text that nobody asks about needs none: to make them takes longer than to remember it. */
  #tables: Tables | undefined
  #onClose: (() => void) | undefined
  #isOpen = true
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
  #floor: number = NOTHING

  constructor(options: CopySessionOptions) {
    const { name, sequence, learner, counts, longestMatch = 32, shortestMatch = 1, onClose } = options
    this.#name = name
    this.#sequence = sequence
    this.#counts = counts
    this.#makeTables = () => ({
      path: new DraftPath(learner, { longest: longestMatch, shortest: shortestMatch }),
      alignments: new Alignments(),
    })
    this.#onClose = onClose
  }

  /** A few microseconds, so a signal has nothing to end early. */
  draft({ maxTokens, minProbability = 0 }: DraftLimits): Draft {
    this.#assertOpen()
    const sequence = this.#sequence
    this.#tables ??= this.#makeTables()
    const { path, alignments } = this.#tables
    if (!this.#isSettled) this.#settle(sequence, this.#tables)
    const limit = Math.min(maxTokens, LONGEST_DRAFT)
    if (limit > 0 && sequence.length > 0 && (limit > this.#limit || minProbability < this.#floor)) {
      this.#limit = Math.max(limit, this.#limit)
      this.#floor = Math.min(minProbability, this.#floor)
      path.extend(sequence, alignments, this.#limit, this.#floor)
    }
    const length = lengthWithin(path, limit, minProbability)
    if (limit > 0) this.#longest = Math.max(this.#longest, length)
    return path.first(length, this.#name)
  }

  commit(tokens: Tokens): void {
    this.#assertOpen()
    this.#isSettled = false
    for (let index = 0; index < tokens.length; index++) this.#label(tokens[index] as number)
    this.#sequence.append(tokens, 0, 1)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOpen = false
    this.#onClose?.()
    this.#onClose = undefined
  }

  /** Labels come from the text, up to its first difference from the longest draft, whatever was sent of it. */
  #label(token: number): void {
    const path = this.#tables?.path
    const place = this.#accepted
    if (place !== this.#committed++ || place > this.#longest || path === undefined) return
    path.learn(place, token)
    if (place === this.#longest) return
    const isHit = token === path.tokens[place]
    this.#counts.count(this.#sourceOf(place, path), isHit)
    if (isHit) this.#accepted++
  }

  /** Where the path's token at `place` was copied from. */
  #sourceOf(place: number, { kinds, sources }: DraftPath): Source {
    const kind = kinds[place] as number
    if (kind >> 1 === CORPUS) return 'corpus'
    if ((kind & 1) === 0) return 'earlierRequests'
    const position = sources[place] as number
    return position < 0 || this.#sequence.holds(position) ? 'ownText' : 'session'
  }

  /** The text has gone on: ends the path. However the commits were cut, the outcome is the same. */
  #settle(sequence: Sequence, { path, alignments }: Tables): void {
    const accepted = this.#accepted
    const from = accepted > 0 ? (path.sources[accepted - 1] as number) : -1
    alignments.follow(sequence, from, accepted, this.#committed)
    path.clear()
    this.#isSettled = true
    this.#committed = 0
    this.#accepted = 0
    this.#longest = -1
    this.#limit = 0
    this.#floor = NOTHING
  }

  #assertOpen(): void {
    if (this.#isOpen) return
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
