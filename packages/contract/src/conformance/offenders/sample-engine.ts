import type { RollbackClass } from '../../target.js'
import type { TokenId, Tokens } from '../../tokens.js'

/** Ids of the sample model are below this; 0 ends the text. */
export const vocabularySize = 48

/** A tiny deterministic language model, and its state for one sequence. */
export interface SampleEngine {
  /** Longest draft that one batch may hold and still be rolled back. */
  readonly maxDraftTokens: number
  /** Predicts the next token after each of `batch`. */
  evaluate(batch: Tokens): readonly TokenId[]
  /** Forgets all but the first `kept` tokens of the last batch. */
  keep(kept: number): void
}

/** One engine for each way of rolling back. */
export const sampleEngines: Readonly<Record<RollbackClass, () => SampleEngine>> = {
  trim: () => attentionEngine(Number.POSITIVE_INFINITY),
  'sliding-window': () => attentionEngine(8),
  bounded: () => boundedEngine(4),
  checkpoint: checkpointEngine,
  none: () => boundedEngine(0),
}

/** Looks at the last three cells of a cache; cells before the window are dropped, the latest can be trimmed. */
function attentionEngine(window: number): SampleEngine {
  let cells: TokenId[] = []
  let batchStart = 0
  return {
    maxDraftTokens: Number.POSITIVE_INFINITY,
    evaluate(batch) {
      // Before the batch, never after it: a rollback may need every cell that was there before.
      cells = cells.slice(-window)
      batchStart = cells.length
      return Array.from(batch, (token) => {
        cells.push(token)
        return prediction(cells.slice(-3).reduce(mixed, 0))
      })
    },
    keep(kept) {
      cells.length = batchStart + kept
    },
  }
}

/** One running state; the last few are kept, so a longer draft could not be taken back. */
function boundedEngine(keptStates: number): SampleEngine {
  let states = [0]
  let batchTokens = 0
  return {
    maxDraftTokens: keptStates,
    evaluate(batch) {
      batchTokens = batch.length
      const predictions = Array.from(batch, (token) => {
        states.push(mixed(states.at(-1) ?? 0, token))
        return prediction(states.at(-1) ?? 0)
      })
      states = states.slice(-1 - keptStates)
      return predictions
    },
    keep(kept) {
      states.length -= batchTokens - kept
    },
  }
}

/** One running state, copied before each batch; the kept tokens run again from the copy. */
function checkpointEngine(): SampleEngine {
  let state = 0
  let checkpoint = 0
  let lastBatch: Tokens = new Int32Array(0)
  return {
    maxDraftTokens: Number.POSITIVE_INFINITY,
    evaluate(batch) {
      checkpoint = state
      lastBatch = batch
      return Array.from(batch, (token) => {
        state = mixed(state, token)
        return prediction(state)
      })
    },
    keep(kept) {
      state = lastBatch.subarray(0, kept).reduce(mixed, checkpoint)
    },
  }
}

/** Spreads the bits of one more token over the state (the finaliser of MurmurHash3). */
function mixed(state: number, token: TokenId): number {
  let bits = Math.imul(state ^ (token + 1), 0x85ebca6b)
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35)
  return (bits ^ (bits >>> 16)) >>> 0
}

function prediction(state: number): TokenId {
  return state % vocabularySize
}
