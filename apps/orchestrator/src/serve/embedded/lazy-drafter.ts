import type { Draft, Drafter, DraftLimits, DraftSession, DraftSessionOptions, Tokens } from '@foretoken/contract'

/**
 * The same drafter, whose sessions begin when they are asked for a draft first: to index a text costs more than a hundred steps
 * in which nobody asks, as where many texts share batches. One that learns still learns what was written, at the end.
 */
export function lazyDrafter(drafter: Drafter): Drafter {
  const { contractVersion, name, learnsAcrossSessions } = drafter
  return {
    ...{ contractVersion, name, learnsAcrossSessions },
    open: (prompt, options) => new LazySession(drafter, prompt, options),
    [Symbol.dispose]: () => drafter[Symbol.dispose](),
  }
}

class LazySession implements DraftSession {
  readonly #drafter: Drafter
  readonly #prompt: Tokens
  readonly #options: DraftSessionOptions | undefined
  #session: DraftSession | undefined
  /** Committed before the session began. */
  #committed: number[] = []
  #isClosed = false

  constructor(drafter: Drafter, prompt: Tokens, options: DraftSessionOptions | undefined) {
    this.#drafter = drafter
    this.#prompt = prompt.slice()
    this.#options = options
  }

  draft(limits: DraftLimits): Draft | Promise<Draft> {
    return this.#opened().draft(limits)
  }

  commit(tokens: Tokens): void {
    if (this.#session !== undefined || this.#isClosed) this.#opened().commit(tokens)
    else for (const token of tokens) this.#committed.push(token)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const mayLearn = this.#drafter.learnsAcrossSessions && this.#options?.remember !== 'none'
    if (this.#session === undefined && !this.#isClosed && mayLearn) this.#opened()
    this.#isClosed = true
    await this.#session?.[Symbol.asyncDispose]()
  }

  #opened(): DraftSession {
    if (this.#session !== undefined) return this.#session
    const session = this.#drafter.open(this.#prompt, this.#options)
    this.#session = session
    if (this.#committed.length > 0) session.commit(Int32Array.from(this.#committed))
    this.#committed = []
    return session
  }
}
