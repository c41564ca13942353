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

  async draft(limits: DraftLimits): Promise<Draft> {
    const session = this.#session
    if (session === undefined) return NO_DRAFT
    const startedMs = performance.now()
    try {
      const draft = await withDeadline((signal) => session.draft(signalled(limits, signal)), this.#deadline)
      this.#checkTime('draft', performance.now() - startedMs)
      return checkedDraft(draft, limits.maxTokens)
    } catch (error) {
      this.#drop('draft', error)
      return NO_DRAFT
    }
  }

  async commit(tokens: Tokens): Promise<void> {
    const session = this.#session
    if (session === undefined) return
    const startedMs = performance.now()
    try {
      // A copy, which the drafter may scribble on. A wrong `commit` may be async; without the await its rejection would
      // end the process.
      await withDeadline<void>(() => session.commit(tokens.slice()), this.#deadline)
      this.#checkTime('commit', performance.now() - startedMs)
    } catch (error) {
      this.#drop('commit', error)
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
    await withDeadline(() => closed, { timeoutMs, signal: undefined }).catch(() => {})
  }

  #close(): void {
    const session = this.#session
    this.#session = undefined
    if (session !== undefined) this.#closed = closeQuietly(session)
  }
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
