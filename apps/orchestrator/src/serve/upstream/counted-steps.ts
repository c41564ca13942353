import type { ServedPiece, ServedStep, TextPieceEvent } from '../text-event.js'
import type { StreamTimings } from './stream-chunk.js'

interface OpenStep {
  readonly drafter: string
  readonly draftedTokens: number
  readonly acceptedTokens: number
  readonly verifyMs: number
  tokens: number
  readonly pieces: ServedPiece[]
}

/**
 * llama-server's steps, from what it counts. With a token that was drafted for, the counts of drafted and accepted tokens
 * grow; as many tokens follow as were accepted, and one of the model's own. Where nothing was drafted, a token is a step.
 */
export class CountedSteps {
  readonly #drafter: string
  #open: OpenStep | undefined
  #index = 0
  #last: StreamTimings | undefined

  /** `drafter` is the name of who drafts in that server. */
  constructor(drafter: string) {
    this.#drafter = drafter
  }

  /** Takes the text of one or more tokens; gives the step that is whole by them. */
  push(text: string, timings: StreamTimings): TextPieceEvent | undefined {
    const tokens = timings.predicted_n - (this.#last?.predicted_n ?? 0)
    this.#open ??= this.#begin(timings)
    this.#last = timings
    const step = this.#open
    const isDrafted = step.tokens < step.acceptedTokens
    step.tokens += tokens
    if (text !== '') step.pieces.push({ text, drafter: isDrafted ? step.drafter : '' })
    return step.tokens > step.acceptedTokens ? this.end() : undefined
  }

  /** What is left of the last step, as where the answer ended within it; undefined where nothing is. */
  end(): TextPieceEvent | undefined {
    const open = this.#open
    this.#open = undefined
    if (open === undefined || (open.tokens === 0 && open.pieces.length === 0)) return undefined
    return { kind: 'piece', pieces: open.pieces, step: this.#step(open) }
  }

  #begin(timings: StreamTimings): OpenStep {
    const draftedTokens = (timings.draft_n ?? 0) - (this.#last?.draft_n ?? 0)
    return {
      drafter: draftedTokens > 0 ? this.#drafter : '',
      draftedTokens,
      acceptedTokens: (timings.draft_n_accepted ?? 0) - (this.#last?.draft_n_accepted ?? 0),
      verifyMs: Math.max(0, timings.predicted_ms - (this.#last?.predicted_ms ?? 0)),
      tokens: 0,
      pieces: [],
    }
  }

  #step({ drafter, draftedTokens, acceptedTokens, verifyMs, tokens }: OpenStep): ServedStep {
    return {
      ...{ index: this.#index++, drafter, tokens, draftedTokens, acceptedTokens },
      proposedTokens: draftedTokens,
      width: draftedTokens + 1,
      // Neither is told.
      ...{ batchWidth: 0, draftMs: 0 },
      verifyMs,
    }
  }
}
