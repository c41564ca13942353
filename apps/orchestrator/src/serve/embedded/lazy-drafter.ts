import {
  type Draft,
  type Drafter,
  type DraftLimits,
  type DraftSession,
  type DraftSessionOptions,
  SpeculationError,
  type TokenId,
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
   * Where texts wait to be learned while others are written.
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
 * in which nobody asks, as where many texts share batches. What was written meanwhile is learned as far as the
 * backlog holds it: some of it before the next draft, all of it when nothing else is written.
 */
export function lazyDrafter(drafter: Drafter, learning: LazyLearning = {}): Drafter {
  const { contractVersion, name, learnsAcrossSessions } = drafter
  const { learners = [drafter], backlog = new Backlog(), isBusy = () => false } = learning
  const parts = { drafter, learners: learners.filter((one) => one.learnsAcrossSessions), backlog, isBusy }
  return {
    ...{ contractVersion, name, learnsAcrossSessions },
    open: (prompt, options) => new LazySession(parts, prompt, options),
    [Symbol.dispose]: () => drafter[Symbol.dispose](),
  }
}

type LazyParts = Required<LazyLearning> & { readonly drafter: Drafter }

class LazySession implements DraftSession {
  readonly #parts: LazyParts
  readonly #options: DraftSessionOptions | undefined
  #session: DraftSession | undefined
  readonly #prompt: Tokens
  /** Committed before the session began. */
  #committed: TokenId[] = []
  #isClosed = false

  constructor(parts: LazyParts, prompt: Tokens, options: DraftSessionOptions | undefined) {
    this.#parts = parts
    this.#options = options
    this.#prompt = prompt.slice()
  }

  draft(limits: DraftLimits): Draft | Promise<Draft> {
    const { backlog } = this.#parts
    if (this.#session !== undefined || this.#isClosed || backlog.isEmpty) return this.#opened().draft(limits)
    return backlog.learnSome().then(() => this.#opened().draft(limits))
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
    if (this.#options?.remember !== 'none' && learners.length > 0)
      backlog.add({ prompt: this.#prompt, answer: this.#committed, options: this.#options, learners })
    if (!isBusy()) await backlog.learnAll()
  }

  #opened(): DraftSession {
    if (this.#session !== undefined) return this.#session
    if (this.#isClosed) throw new SpeculationError('ERR_SESSION_CLOSED', 'the session is closed: open a new one')
    this.#session = this.#parts.drafter.open(this.#prompt, this.#options)
    if (this.#committed.length > 0) this.#session.commit(new Int32Array(this.#committed))
    this.#committed = []
    return this.#session
  }
}
