import { SpeculationError, type TokenId, type Tokens, type Verdict } from '@foretoken/contract'
import type { LlamaContextSequence } from 'node-llama-cpp'
import { type Engine, lost } from './engine.js'
import { type Best, evaluateGreedily } from './greedy-evaluation.js'
import { type Rollback, rollbackOf } from './rollback.js'
import type { EngineSession } from './target-types.js'
import { throwIfAborted } from './throw-if-aborted.js'

/** What a session needs of its model and target. */
export interface SessionLimits {
  readonly contextTokens: number
  /** Most tokens of one batch. */
  readonly batchTokens: number
  readonly vocabularySize: number
  readonly endOfTextTokens: ReadonlySet<TokenId>
}

/**
 * One sequence of a llama.cpp context. Between two calls it holds all tokens but the pending one:
 * `sequence.nextTokenIndex` is `depth` − 1. A batch that was begun is finished, also where the caller cancels.
 */
export class LlamaSession implements EngineSession {
  readonly contextTokens: number
  readonly reusedTokens = 0
  readonly #sequence: LlamaContextSequence
  readonly #engine: Pick<Engine, 'mark' | 'wordsSince'>
  readonly #limits: SessionLimits
  readonly #rollback: Rollback
  readonly #onClose: () => void
  #depth: number
  #pending: TokenId
  #state: 'open' | 'ended' | 'closed' = 'open'
  #running: Promise<unknown> | undefined
  #closing: Promise<void> | undefined

  constructor(
    sequence: LlamaContextSequence,
    options: {
      readonly engine: Pick<Engine, 'mark' | 'wordsSince'>
      readonly limits: SessionLimits
      /** The last token of the prompt; the others are evaluated. */
      readonly pending: TokenId
      readonly onClose: () => void
    },
  ) {
    this.#sequence = sequence
    this.#engine = options.engine
    this.#limits = options.limits
    this.#rollback = rollbackOf(sequence)
    this.#onClose = options.onClose
    this.#pending = options.pending
    this.#depth = sequence.nextTokenIndex + 1
    this.contextTokens = options.limits.contextTokens
  }

  get depth(): number {
    return this.#depth
  }

  async verify(draft: Tokens, options: { readonly signal?: AbortSignal } = {}): Promise<Verdict> {
    if (this.#state !== 'open') throw closed(this.#state)
    if (this.#running !== undefined) throw busy('the session is verifying; await the earlier call first')
    throwIfAborted(options.signal)
    const running = this.#verify([this.#pending, ...this.#tried(draft)])
    this.#running = running
    try {
      return await running
    } finally {
      this.#running = undefined
    }
  }

  /** The part of a draft that can be tried: known tokens, none that ends the text, and no more than there is room. */
  #tried(draft: Tokens): Tokens {
    const { contextTokens, batchTokens, vocabularySize, endOfTextTokens } = this.#limits
    // One place is the next token's.
    const room = Math.min(draft.length, contextTokens - this.#depth - 1, batchTokens - 1)
    const possible = draft.subarray(0, Math.max(0, room))
    const bad = possible.findIndex((token) => token < 0 || token >= vocabularySize || endOfTextTokens.has(token))
    return bad < 0 ? possible : possible.subarray(0, bad)
  }

  async #verify(batch: readonly TokenId[]): Promise<Verdict> {
    const startedMs = performance.now()
    const mark = this.#engine.mark()
    try {
      const { accepted, best } = await this.#decode(batch)
      this.#depth += accepted + 1
      this.#pending = best.token
      const end = this.#endAt(best.token)
      if (end !== '' && this.#state === 'open') this.#state = 'ended'
      const verifyMs = performance.now() - startedMs
      return { accepted, next: best.token, end, width: batch.length, verifyMs, topGap: best.gap }
    } catch (cause) {
      // Nobody knows what the sequence holds now.
      this.#state = 'closed'
      throw lost('llama.cpp could not decode', { cause, words: await this.#engine.wordsSince(mark) })
    }
  }

  async #decode(batch: readonly TokenId[]): Promise<{ readonly accepted: number; readonly best: Best }> {
    const start = this.#depth - 1
    if (this.#sequence.nextTokenIndex !== start) throw new Error('the sequence lost tokens')
    if (batch.length > 1) await this.#rollback.prepare()
    const bests = await evaluateGreedily(this.#sequence, batch)
    let accepted = 0
    while (accepted < batch.length - 1 && bests[accepted]?.token === batch[accepted + 1]) accepted++
    const kept = accepted + 1
    if (kept < batch.length) await this.#rollback.takeBack(start, batch, kept)
    if (this.#sequence.nextTokenIndex !== start + kept) throw new Error('the sequence was not rolled back')
    return { accepted, best: bests[accepted] as Best }
  }

  #endAt(token: TokenId): Verdict['end'] {
    if (this.#limits.endOfTextTokens.has(token)) return 'end-of-text'
    return this.#depth >= this.#limits.contextTokens ? 'context-full' : ''
  }

  async save(): Promise<never> {
    throw nativeOnly('a session cannot be saved')
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    this.#state = 'closed'
    await this.#running?.catch(() => {})
    await this.#sequence.dispose()
    this.#onClose()
  }
}

/** `ERR_SESSION_CLOSED`. */
export function closed(what: string): SpeculationError<'ERR_SESSION_CLOSED'> {
  const reason = what === 'ended' ? 'its text has ended' : 'it was closed'
  return new SpeculationError('ERR_SESSION_CLOSED', `the session cannot verify, ${reason}; open a new session`)
}

/** `ERR_SESSION_BUSY`. */
export function busy(message: string): SpeculationError<'ERR_SESSION_BUSY'> {
  return new SpeculationError('ERR_SESSION_BUSY', message)
}

/** `ERR_OPTION_INVALID` for what node-llama-cpp cannot do. */
export function nativeOnly(message: string): SpeculationError<'ERR_OPTION_INVALID'> {
  const cure = 'load the model with the native engine'
  return new SpeculationError('ERR_OPTION_INVALID', `${message} on node-llama-cpp; ${cure}`, {
    details: { engine: 'node-llama-cpp' },
  })
}
