import { type Draft, type DraftLimits, type DraftSession, NO_TOKENS, type Tokens } from '@foretoken/contract'
import { checkedDraft } from './checked-draft.js'
import { type Deadline, DeadlineError, withDeadline } from './deadline.js'

/** The draft of a step that drafts nothing. */
export const NO_DRAFT: Draft = { tokens: NO_TOKENS, drafter: '' }

/**
 * One drafter's session behind a fence: whatever the drafter does wrong drops it, and never reaches the text.
 * Once `dropped` is set the drafter is not called again.
 */
export class GuardedDrafter implements AsyncDisposable {
  readonly #name: string
  readonly #deadline: Deadline
  #session: DraftSession | undefined
  #closed: Promise<void> = Promise.resolve()
  #dropped: string | undefined
  /** Calls in a row that answered, but too late. */
  readonly #late = { draft: 0, commit: 0 }

  constructor(name: string, open: () => DraftSession, deadline: Deadline) {
    this.#name = name
    this.#deadline = deadline
    try {
      this.#session = open()
    } catch (error) {
      this.#drop('open', error)
    }
  }

  /** Why the drafter was dropped, in a sentence. */
  get dropped(): string | undefined {
    return this.#dropped
  }

  /** At once where the drafter answers at once. */
  draft(limits: DraftLimits): Draft | Promise<Draft> {
    const session = this.#session
    if (session === undefined) return NO_DRAFT
    return this.#guarded<Draft>('draft', {
      call: (signal) => session.draft(signalled(limits, signal)),
      take: (draft) => checkedDraft(draft, limits.maxTokens),
      fallback: NO_DRAFT,
    })
  }

  /** At once, unless the drafter wrongly takes its time: its promise may be rejected, which would end the process. */
  commit(tokens: Tokens): void | Promise<void> {
    const session = this.#session
    if (session === undefined) return
    // A copy, which the drafter may scribble on.
    return this.#guarded<void>('commit', {
      call: () => session.commit(tokens.slice()),
      take: () => {},
      fallback: undefined,
    })
  }

  #guarded<T>(verb: 'draft' | 'commit', { call, take, fallback }: GuardedCall<T>): T | Promise<T> {
    const startedMs = performance.now()
    const taken = (answer: T): T => {
      this.#checkTime(verb, performance.now() - startedMs)
      return take(answer)
    }
    const dropped = (error: unknown): T => {
      this.#drop(verb, error)
      return fallback
    }
    try {
      const answer = withDeadline(call, this.#deadline)
      return answer instanceof Promise ? answer.then(taken).catch(dropped) : taken(answer)
    } catch (error) {
      return dropped(error)
    }
  }

  /** Ends the drafter's session. What that throws is ignored: the text is whole, only the drafter's memory suffers. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#close()
    await this.#closed
  }

  /** One late answer may be the machine's doing, as a busy processor is; two in a row are the drafter's. */
  #checkTime(verb: 'draft' | 'commit', tookMs: number): void {
    const { timeoutMs } = this.#deadline
    this.#late[verb] = tookMs > timeoutMs ? this.#late[verb] + 1 : 0
    if (this.#late[verb] > 1) throw new DeadlineError(`took longer than ${timeoutMs} ms twice in a row`)
  }

  #drop(verb: 'open' | 'draft' | 'commit', error: unknown): void {
    const reason = error instanceof Error ? error.message : 'it threw something that is no error'
    this.#dropped = `the drafter "${this.#name}" was dropped at ${verb}(): ${reason}`
    this.#close()
    if (error instanceof DeadlineError) this.#closed = this.#inTime(this.#closed)
  }

  /** The overtaken call may never end, and its session's disposal may be waiting for it: it gets as long as a draft. */
  async #inTime(closed: Promise<void>): Promise<void> {
    const { timeoutMs } = this.#deadline
    try {
      await withDeadline(() => closed, { timeoutMs, signal: undefined })
    } catch {
      // It had its time.
    }
  }

  #close(): void {
    const session = this.#session
    this.#session = undefined
    if (session !== undefined) this.#closed = closeQuietly(session)
  }
}

interface GuardedCall<T> {
  readonly call: (signal: () => AbortSignal) => T | PromiseLike<T>
  /** What is made of the answer; throws where that is wrong. */
  readonly take: (answer: T) => T
  readonly fallback: T
}

/** A signal is made only for who looks at it: a drafter that answers in microseconds does not. */
function signalled({ maxTokens, minProbability = 0 }: DraftLimits, signal: () => AbortSignal): DraftLimits {
  return {
    maxTokens,
    minProbability,
    get signal() {
      return signal()
    },
  }
}

async function closeQuietly(session: DraftSession): Promise<void> {
  try {
    await session[Symbol.asyncDispose]()
  } catch {
    // See the disposer above.
  }
}
