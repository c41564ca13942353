import { SpeculationError, type TokenChoice, type Tokens, type Verdict } from '@foretoken/contract'
import type { NativeSequence, NativeVerdict } from '@foretoken/native'
import { busy, closed } from '../llama-session.js'
import type { EngineSession } from '../target-types.js'
import { throwIfAborted } from '../throw-if-aborted.js'
import type { LoopTurns } from './loop-turns.js'
import { nativeError } from './native-error.js'

/** What a native session needs of its target. */
export interface NativeSessionParts {
  readonly sequence: NativeSequence
  readonly contextTokens: number
  /** How many alternatives each committed token is told with; `undefined` where none of it is wanted. */
  readonly topLogProbabilities: number | undefined
  /** For how many milliseconds the next verification may block the JavaScript thread. */
  readonly mayBlockMs: () => number
  /** What lets the event loop turn between those that do. */
  readonly turns: LoopTurns
  /** Writes a state to disk. */
  readonly write: (path: string, state: Uint8Array) => Promise<void>
  readonly onClose: () => void
}

/** One sequence of the addon. Cutting drafts, sampling and rolling back are done there. */
export class NativeSession implements EngineSession {
  readonly contextTokens: number
  readonly reusedTokens: number
  readonly #parts: NativeSessionParts
  #state: 'open' | 'ended' | 'closed' = 'open'
  #running: Promise<unknown> | undefined
  #closing: Promise<void> | undefined

  constructor(parts: NativeSessionParts) {
    this.#parts = parts
    this.contextTokens = parts.contextTokens
    this.reusedTokens = parts.sequence.reusedTokens
  }

  get depth(): number {
    return this.#parts.sequence.depth
  }

  verify(draft: Tokens, { signal }: { readonly signal?: AbortSignal } = {}): Promise<Verdict> {
    if (this.#state !== 'open') return Promise.reject(closed(this.#state))
    if (this.#running !== undefined) {
      return Promise.reject(busy('the session is verifying; await the earlier call first'))
    }
    const running = this.#verify(draft, signal)
    this.#running = running
    return running
  }

  async #verify(draft: Tokens, signal: AbortSignal | undefined): Promise<Verdict> {
    const { sequence, topLogProbabilities, turns } = this.#parts
    const mayBlockMs = this.#parts.mayBlockMs()
    try {
      // Also where no turn is due: who calls twice is to find the session at work.
      await (mayBlockMs > 0 && turns.isDue() ? turns.turn() : undefined)
      throwIfAborted(signal)
      const verdict = mayBlockMs > 0 ? sequence.verifyHere(draft, mayBlockMs) : undefined
      const native = verdict ?? (await this.#verifyThere(draft, signal))
      if (native.end !== '' && this.#state === 'open') this.#state = 'ended'
      return verdictOf(native, topLogProbabilities)
    } catch (cause) {
      // Given up before it began: the session goes on.
      if (SpeculationError.is(cause)) throw cause
      throwIfAborted(isWithdrawn(cause) ? signal : undefined)
      // Nobody knows what the sequence holds now.
      if (this.#state === 'open') this.#state = 'closed'
      throw nativeError('llama.cpp could not decode', cause)
    } finally {
      this.#running = undefined
    }
  }

  /** On the context's own thread. */
  async #verifyThere(draft: Tokens, signal: AbortSignal | undefined): Promise<NativeVerdict> {
    const { sequence } = this.#parts
    const withdraw = () => void sequence.withdraw()
    // A batch that has begun is finished: its verdict is as good as any.
    signal?.addEventListener('abort', withdraw, { once: true })
    try {
      return await sequence.verify(draft)
    } finally {
      signal?.removeEventListener('abort', withdraw)
    }
  }

  async save(path: string): Promise<void> {
    if (this.#state === 'closed') throw closed(this.#state)
    if (this.#running !== undefined) throw busy('the session is verifying; save it between two calls')
    const running = this.#parts.sequence.save()
    this.#running = running
    let state: Uint8Array
    try {
      state = await running
    } catch (cause) {
      throw nativeError('the session could not be saved', cause)
    } finally {
      this.#running = undefined
    }
    await this.#parts.write(path, state)
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    this.#state = 'closed'
    await this.#running?.catch(() => {})
    try {
      await this.#parts.sequence.close()
    } finally {
      this.#parts.onClose()
    }
  }
}

function isWithdrawn(cause: unknown): boolean {
  return cause instanceof Error && (cause as NodeJS.ErrnoException).code === 'ERR_ABORTED'
}

function verdictOf(native: NativeVerdict, topLogProbabilities: number | undefined): Verdict {
  const { accepted, next, end, width, verifyMs, topGap, batchWidth, microBatches } = native
  const verdict = { accepted, next, end, width, verifyMs, topGap, batchWidth, microBatches }
  if (topLogProbabilities === undefined) return verdict
  return { ...verdict, choices: choicesOf(native, topLogProbabilities) }
}

/** Of each committed token its own entry, then the best ones. */
function choicesOf(
  { choiceTokens, choiceLogProbabilities, accepted }: NativeVerdict,
  topLogProbabilities: number,
): TokenChoice[] {
  const stride = topLogProbabilities + 1
  const entry = (index: number) => ({
    token: choiceTokens?.[index] ?? 0,
    logProbability: choiceLogProbabilities?.[index] ?? Number.NEGATIVE_INFINITY,
  })
  return Array.from({ length: accepted + 1 }, (_, place) => ({
    ...entry(place * stride),
    top: Array.from({ length: topLogProbabilities }, (_, rank) => entry(place * stride + 1 + rank)),
  }))
}
