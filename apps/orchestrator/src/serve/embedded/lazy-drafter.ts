import {
  type Draft,
  type Drafter,
  type DraftLimits,
  type DraftSession,
  type DraftSessionOptions,
  SpeculationError,
  type Tokens,
} from '@foretoken/contract'

/**
 * The same drafter, whose sessions begin when they are asked for a draft first: to index a text costs more than a hundred steps
 * in which nobody asks, as where many texts share batches. What was written meanwhile is learned all the same, at the end.
 *
 * @param learners - who has something to learn, where that is less than the whole drafter
 */
export function lazyDrafter(drafter: Drafter, learners: readonly Drafter[] = [drafter]): Drafter {
  const { contractVersion, name, learnsAcrossSessions } = drafter
  const learning = learners.filter((one) => one.learnsAcrossSessions)
  return {
    ...{ contractVersion, name, learnsAcrossSessions },
    open: (prompt, options) => new LazySession(drafter, learning, { prompt: prompt.slice(), options }),
    [Symbol.dispose]: () => drafter[Symbol.dispose](),
  }
}

interface LazyText {
  readonly prompt: Tokens
  readonly options: DraftSessionOptions | undefined
}

class LazySession implements DraftSession {
  readonly #drafter: Drafter
  readonly #learners: readonly Drafter[]
  readonly #text: LazyText
  #session: DraftSession | undefined
  /** Committed before the session began. */
  #committed: number[] = []
  #isClosed = false

  constructor(drafter: Drafter, learners: readonly Drafter[], text: LazyText) {
    this.#drafter = drafter
    this.#learners = learners
    this.#text = text
  }

  draft(limits: DraftLimits): Draft | Promise<Draft> {
    return this.#opened().draft(limits)
  }

  commit(tokens: Tokens): void {
    if (this.#session !== undefined || this.#isClosed) this.#opened().commit(tokens)
    else for (const token of tokens) this.#committed.push(token)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#session !== undefined) return await this.#session[Symbol.asyncDispose]()
    if (this.#isClosed) return
    this.#isClosed = true
    if (this.#text.options?.remember === 'none') return
    for (const learner of this.#learners) await this.#begun(learner)[Symbol.asyncDispose]()
  }

  #opened(): DraftSession {
    if (this.#session === undefined && this.#isClosed)
      throw new SpeculationError('ERR_SESSION_CLOSED', 'the session is closed: open a new one')
    if (this.#session !== undefined) return this.#session
    this.#session = this.#begun(this.#drafter)
    this.#committed = []
    return this.#session
  }

  #begun(drafter: Drafter): DraftSession {
    const session = drafter.open(this.#text.prompt, this.#text.options)
    if (this.#committed.length > 0) session.commit(Int32Array.from(this.#committed))
    return session
  }
}
