import type { DraftSessionOptions, Tokens } from '@foretoken/contract'
import { AcceptanceLearner, type CopySessionOptions, SourceCounts, TokenIndex } from '@foretoken/token-index'

/** What one session reads and writes. */
export type SessionMemory = Omit<CopySessionOptions, 'name'>

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
