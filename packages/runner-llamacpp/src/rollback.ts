import type { RollbackClass, TokenId } from '@foretoken/contract'
import type { LlamaContextSequence, Token } from 'node-llama-cpp'

/** How one sequence takes rejected tokens back. */
export interface Rollback {
  /** Called before a batch with a draft in it. */
  prepare(): Promise<void>
  /** Takes back what follows the first `kept` tokens of the batch that began at `start`. */
  takeBack(start: number, batch: readonly TokenId[], kept: number): Promise<void>
}

/** Recurrent state and short convolutions hold no earlier tokens to go back to. */
export function rollbackClass(sequence: Pick<LlamaContextSequence, 'needsCheckpoints'>): RollbackClass {
  return sequence.needsCheckpoints ? 'checkpoint' : 'trim'
}

/** The rollback for a sequence's class. */
export function rollbackOf(sequence: LlamaContextSequence): Rollback {
  return rollbackClass(sequence) === 'trim' ? trim(sequence) : checkpoint(sequence)
}

function trim(sequence: LlamaContextSequence): Rollback {
  return {
    async prepare() {},
    async takeBack(start, _, kept) {
      await sequence.eraseContextTokenRanges([{ start: start + kept, end: sequence.nextTokenIndex }])
    },
  }
}

/**
 * Never asks llama.cpp to remove part of a recurrent state, which it may claim to have done without doing it: the whole
 * batch goes back to the checkpoint before it, and what was accepted is decoded again.
 */
function checkpoint(sequence: LlamaContextSequence): Rollback {
  return {
    async prepare() {
      await sequence.takeCheckpoint()
      const last = sequence.nextTokenIndex - 1
      // An empty sequence has no state to keep; going back to it clears it.
      if (last >= 0 && sequence.lastCheckpointIndex !== last) throw new Error('no checkpoint could be taken')
    },
    async takeBack(start, batch, kept) {
      await sequence.eraseContextTokenRanges([{ start, end: sequence.nextTokenIndex }])
      if (sequence.nextTokenIndex !== start) throw new Error('the checkpoint was not restored')
      await sequence.controlledEvaluate(batch.slice(0, kept) as Token[])
    },
  }
}
