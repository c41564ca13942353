import type { DraftSessionOptions, Tokens } from '@foretoken/contract'
import {
  AcceptanceLearner,
  CORPUS,
  type CopySessionOptions,
  type IndexState,
  type LearnerState,
  SourceCounts,
  TokenIndex,
} from '@foretoken/token-index'
import { warmWeights } from './warm-weights.js'

/** What one session reads and writes. */
export type SessionMemory = Omit<CopySessionOptions, 'name'>

/** What a scope holds, to be saved. */
export interface ScopeState {
  readonly index: IndexState
  readonly learner: LearnerState
  readonly counts: Float64Array
}

/** Everything learned in one scope. */
export class ScopeMemory {
  readonly index: TokenIndex
  readonly learner: AcceptanceLearner
  readonly counts: SourceCounts

  /** Starts with nothing, or with what was saved; throws `ERR_MEMORY_FORMAT` unless that is sound. */
  constructor(maxBytes: number, state?: ScopeState) {
    this.learner =
      state === undefined ? new AcceptanceLearner({ weights: warmWeights }) : AcceptanceLearner.from(state.learner)
    const indexBytes = maxBytes - this.learner.bytes
    this.index = state === undefined ? new TokenIndex(indexBytes) : TokenIndex.from(state.index, indexBytes)
    this.counts = state === undefined ? new SourceCounts() : SourceCounts.from(state.counts)
  }

  get bytes(): number {
    return this.index.bytes + this.learner.bytes
  }

  /** A copy of all that it holds. */
  state(): ScopeState {
    return { index: this.index.state(), learner: this.learner.state(), counts: this.counts.state() }
  }

  /** Remembers a text that no model wrote. */
  add(document: Tokens): void {
    this.index.open(document, CORPUS).close()
  }

  /** The memory of a session that starts with `prompt`; one that keeps less than all sees its own text only. */
  open(prompt: Tokens, remember: NonNullable<DraftSessionOptions['remember']>): SessionMemory {
    const { index, learner, counts } = this
    if (remember === 'all') {
      const sequence = index.open(prompt)
      return { sequence, learner, counts, onClose: () => sequence.close() }
    }
    const sequence = new TokenIndex(0).open(prompt)
    if (remember === 'none') return { sequence, learner: learner.clone(), counts: new SourceCounts() }
    return {
      sequence,
      learner,
      counts,
      onClose: () => index.open(sequence.tokensFrom(prompt.length), 1).close(),
    }
  }
}
