import type { DraftSessionOptions, Tokens } from '@foretoken/contract'
import { AcceptanceLearner, type Sequence, TokenIndex } from '@foretoken/token-index'
import { SourceCounts } from './source-counts.js'

/** What one session reads and writes. */
export interface SessionMemory {
  readonly sequence: Sequence
  readonly learner: AcceptanceLearner
  readonly counts: SourceCounts
  /** Ends the session's writing and keeps what may be kept. */
  readonly close: () => void
}

/** Everything learned in one scope. */
export class ScopeMemory {
  readonly index: TokenIndex
  readonly learner: AcceptanceLearner = new AcceptanceLearner()
  readonly counts: SourceCounts = new SourceCounts()

  constructor(maxBytes: number) {
    this.index = new TokenIndex(maxBytes)
  }

  /** The memory of a session that starts with `prompt`; one that keeps less than all sees its own text only. */
  open(prompt: Tokens, remember: NonNullable<DraftSessionOptions['remember']>): SessionMemory {
    const { index, learner, counts } = this
    if (remember === 'all') {
      const sequence = index.open(prompt)
      return { sequence, learner, counts, close: () => sequence.close() }
    }
    const sequence = new TokenIndex(0).open(prompt)
    if (remember === 'none') return { sequence, learner: learner.clone(), counts: new SourceCounts(), close: () => {} }
    return {
      sequence,
      learner,
      counts,
      close: () => index.open(sequence.tokensFrom(prompt.length), 1).close(),
    }
  }
}
