import {
  type Draft,
  type Drafter,
  type DraftLimits,
  type DraftSession,
  type DraftSessionOptions,
  SpeculationError,
  type Tokens,
} from '@foretoken/contract'
import { Backlog } from './backlog.js'

/** How a {@link lazyDrafter} learns from texts that it was not asked about. */
export interface LazyLearning {
  /**
   * Who has something to learn, where that is less than the whole drafter.
   * @defaultValue the drafter
   */
  readonly learners?: readonly Drafter[]
  /**
   * Where what is to be learned waits while other texts are written.
   * @defaultValue one of its own
   */
  readonly backlog?: Backlog
  /**
   * Whether other texts are being written.
   * @defaultValue none are
   */
  readonly isBusy?: () => boolean
}

/**
 * The same drafter, whose sessions begin when they are asked for a draft first: to index a text costs more than a hundred steps
 * in which nobody asks, as where many texts share batches. What was written meanwhile is learned all the same: before the next
 * draft, when nothing else is written, or many texts at a time.
 */
export function lazyDrafter(drafter: Drafter, learning: LazyLearning = {}): Drafter {
  const { contractVersion, name, learnsAcrossSessions } = drafter
  const { learners = [drafter], backlog = new Backlog(), isBusy = () => false } = learning
  const parts = { drafter, learners: learners.filter((one) => one.learnsAcrossSessions), backlog, isBusy }
  return {
    ...{ contractVersion, name, learnsAcrossSessions },
    open: (prompt, options) => new LazySession(parts, { prompt: prompt.slice(), options }),
    [Symbol.dispose]: () => drafter[Symbol.dispose](),
  }
}

interface LazyText {
  readonly prompt: Tokens
  readonly options: DraftSessionOptions | undefined
}

class LazySession implements DraftSession {
  readonly #parts: Required<LazyLearning> & { readonly drafter: Drafter }
  readonly #text: LazyText
  #session: DraftSession | undefined
  /** Committed before the session began. */
  #committed: number[] = []
  #isClosed = false

  constructor(parts: Required<LazyLearning> & { readonly drafter: Drafter }, text: LazyText) {
    this.#parts = parts
    this.#text = text
  }

  draft(limits: DraftLimits): Draft | Promise<Draft> {
    const { backlog } = this.#parts
    if (this.#session !== undefined || this.#isClosed || backlog.isEmpty) return this.#opened().draft(limits)
    return backlog.finish().then(() => this.#opened().draft(limits))
  }

  commit(tokens: Tokens): void {
    if (this.#session !== undefined || this.#isClosed) this.#opened().commit(tokens)
    else for (const token of tokens) this.#committed.push(token)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#session !== undefined) return await this.#session[Symbol.asyncDispose]()
    if (this.#isClosed) return
    this.#isClosed = true
    const { learners, backlog, isBusy } = this.#parts
    const { options, prompt } = this.#text
    if (options?.remember === 'none' || learners.length === 0) return
    const learn = async () => {
      for (const learner of learners) await this.#begun(learner)[Symbol.asyncDispose]()
    }
    await backlog.add(learn, prompt.length + this.#committed.length)
    if (!isBusy()) await backlog.finish()
  }

  #opened(): DraftSession {
    if (this.#session === undefined && this.#isClosed)
      throw new SpeculationError('ERR_SESSION_CLOSED', 'the session is closed: open a new one')
    if (this.#session !== undefined) return this.#session
    this.#session = this.#begun(this.#parts.drafter)
    this.#committed = []
    return this.#session
  }

  #begun(drafter: Drafter): DraftSession {
    const session = drafter.open(this.#text.prompt, this.#text.options)
    if (this.#committed.length > 0) session.commit(Int32Array.from(this.#committed))
    return session
  }
}
