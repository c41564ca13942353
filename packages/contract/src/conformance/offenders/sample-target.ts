import { SpeculationError } from '../../errors.js'
import type { RollbackClass, Target, TargetSession, Verdict } from '../../target.js'
import type { TokenId, Tokens } from '../../tokens.js'
import { CONTRACT_VERSION } from '../../version.js'
import { type SampleEngine, sampleEngines, vocabularySize } from './sample-engine.js'

/** The decisions of {@link sampleTarget} that an offender gets wrong. */
export interface TargetHabits {
  readonly accepts: (drafted: TokenId, predicted: TokenId) => boolean
  readonly rollsBack: boolean
  /** How much of a draft fits into the vocabulary, the text and the context. */
  readonly cut: (draft: Tokens, freeTokens: number) => number
  readonly isEnd: (token: TokenId) => boolean
  /** The prompt that is evaluated; throws when it does not fit. */
  readonly fit: (prompt: Tokens, contextTokens: number) => Tokens
  readonly isBusySafe: boolean
  readonly closesAtEnd: boolean
}

/** Options of {@link sampleTarget}. */
export interface SampleTargetOptions {
  readonly rollback?: RollbackClass
  readonly contextTokens?: number
  readonly habits?: Partial<TargetHabits>
}

export const goodHabits: TargetHabits = {
  accepts: (drafted, predicted) => drafted === predicted,
  rollsBack: true,
  cut(draft, freeTokens) {
    const end = draft.findIndex((token) => token <= 0 || token >= vocabularySize)
    return Math.min(end < 0 ? draft.length : end, freeTokens)
  },
  isEnd: (token) => token === 0,
  fit(prompt, contextTokens) {
    if (prompt.length < contextTokens) return prompt
    throw new SpeculationError(
      'ERR_CONTEXT_FULL',
      `a prompt of ${prompt.length} tokens does not fit into ${contextTokens}: shorten it`,
    )
  },
  isBusySafe: true,
  closesAtEnd: true,
}

/** A target with a tiny deterministic model that keeps every law. */
export function sampleTarget(options: SampleTargetOptions = {}): Target {
  const { rollback = 'trim', contextTokens = 256, habits = {} } = options
  return {
    contractVersion: CONTRACT_VERSION,
    rollback,
    async open(prompt, { signal } = {}) {
      assertNotAborted(signal)
      const allHabits = { ...goodHabits, ...habits }
      return new SampleSession(
        allHabits.fit(prompt, contextTokens),
        contextTokens,
        sampleEngines[rollback](),
        allHabits,
      )
    },
    async [Symbol.asyncDispose]() {},
  }
}

class SampleSession implements TargetSession {
  readonly contextTokens: number
  readonly #engine: SampleEngine
  readonly #habits: TargetHabits
  #depth: number
  #pending: TokenId
  #state: 'idle' | 'busy' | 'closed' = 'idle'

  constructor(prompt: Tokens, contextTokens: number, engine: SampleEngine, habits: TargetHabits) {
    this.contextTokens = contextTokens
    this.#engine = engine
    this.#habits = habits
    this.#depth = prompt.length
    this.#pending = prompt.at(-1) ?? 0
    for (const token of prompt.subarray(0, -1)) engine.evaluate(Int32Array.of(token))
  }

  get depth(): number {
    return this.#depth
  }

  async verify(draft: Tokens, { signal }: { readonly signal?: AbortSignal } = {}): Promise<Verdict> {
    this.#assertIdle()
    assertNotAborted(signal)
    this.#state = 'busy'
    await Promise.resolve()
    const { accepted, tried, predictions } = this.#decode(draft)
    const next = predictions[accepted] ?? 0
    this.#depth += accepted + 1
    this.#pending = next
    const end = this.#habits.isEnd(next) ? 'end-of-text' : this.#depth >= this.contextTokens ? 'context-full' : ''
    this.#state = end !== '' && this.#habits.closesAtEnd ? 'closed' : 'idle'
    return { accepted, next, end, width: tried + 1, verifyMs: 0 }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#state = 'closed'
  }

  #decode(draft: Tokens): { accepted: number; tried: number; predictions: readonly TokenId[] } {
    const fitting = this.#habits.cut(draft, this.contextTokens - this.#depth - 1)
    const tried = draft.slice(0, Math.min(fitting, this.#engine.maxDraftTokens))
    const predictions = this.#engine.evaluate(Int32Array.of(this.#pending, ...tried))
    let accepted = 0
    while (accepted < tried.length && this.#habits.accepts(tried[accepted] ?? 0, predictions[accepted] ?? 0)) accepted++
    if (this.#habits.rollsBack) this.#engine.keep(accepted + 1)
    return { accepted, tried: tried.length, predictions }
  }

  #assertIdle(): void {
    if (this.#state === 'closed')
      throw new SpeculationError('ERR_SESSION_CLOSED', 'the session is closed: open another')
    if (this.#state === 'busy' && this.#habits.isBusySafe)
      throw new SpeculationError('ERR_SESSION_BUSY', 'the session is still verifying: await the earlier call')
  }
}

function assertNotAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new SpeculationError('ERR_ABORTED', 'the caller cancelled', { cause: signal.reason })
}
