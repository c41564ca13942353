import {
  assertContractVersion,
  assertInteger,
  CONTRACT_VERSION,
  type Draft,
  type Drafter,
  type DraftLimits,
  type DraftSession,
  type DraftSessionOptions,
  type Tokens,
} from '@foretoken/contract'

/** Options of {@link firstOf}. */
export interface FirstOfOptions {
  /**
   * Shortest draft that ends the search, in tokens (1 to 64).
   * @defaultValue 3
   */
  readonly minTokens?: number
}

type Drafters = readonly [Drafter, ...Drafter[]]

/**
 * Asks the drafters in order and takes the first draft of at least `minTokens` tokens, or one as long as was asked for.
 * When none is, the last drafter's draft is taken however short it is; when that one is empty, the longest of the
 * others, the earliest of equals.
 *
 * Put the cheapest drafter first and the one that always answers last. Every drafter hears every commit; all are
 * disposed of with the chain.
 *
 * @example
 * ```ts
 * firstOf(lookupDrafter(), suffixDrafter(), modelDrafter(draftModel), { minTokens: 3 })
 * ```
 */
export function firstOf(...drafters: Drafters): Drafter
export function firstOf(...args: readonly [...Drafters, FirstOfOptions]): Drafter
export function firstOf(...args: readonly (Drafter | FirstOfOptions)[]): Drafter {
  const drafters = args.filter((arg): arg is Drafter => 'open' in arg)
  const { minTokens = 3 } = (args.find((arg) => !('open' in arg)) ?? {}) as FirstOfOptions
  assertInteger('minTokens', minTokens, { min: 1, max: 64 })
  assertInteger('the number of drafters', drafters.length, { min: 1, max: 64 })
  for (const drafter of drafters) assertContractVersion(drafter)
  return {
    contractVersion: CONTRACT_VERSION,
    name: 'first-of',
    learnsAcrossSessions: drafters.some((drafter) => drafter.learnsAcrossSessions),
    open: (prompt, options) => new FirstOfSession(openAll(drafters, prompt, options), minTokens),
    [Symbol.dispose]() {
      const errors: unknown[] = []
      for (const drafter of drafters) {
        try {
          drafter[Symbol.dispose]()
        } catch (error) {
          errors.push(error)
        }
      }
      if (errors.length > 0) throw errors[0]
    },
  }
}

class FirstOfSession implements DraftSession {
  readonly #sessions: readonly DraftSession[]
  readonly #minTokens: number

  constructor(sessions: readonly DraftSession[], minTokens: number) {
    this.#sessions = sessions
    this.#minTokens = minTokens
  }

  draft(limits: DraftLimits): Draft | Promise<Draft> {
    return this.#ask(limits, [])
  }

  commit(tokens: Tokens): void {
    for (const session of this.#sessions) session.commit(tokens)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await closeAll(this.#sessions)
  }

  /** Asks the drafter after those that gave `tooShort`; stays synchronous for as long as the drafters do. */
  #ask(limits: DraftLimits, tooShort: readonly Draft[]): Draft | Promise<Draft> {
    const judge = (draft: Draft): Draft | Promise<Draft> => {
      if (draft.tokens.length >= Math.min(this.#minTokens, limits.maxTokens)) return draft
      const drafts = [...tooShort, draft]
      return drafts.length < this.#sessions.length ? this.#ask(limits, drafts) : lastOrLongest(drafts)
    }
    const answer = (this.#sessions[tooShort.length] as DraftSession).draft(limits)
    return answer instanceof Promise ? answer.then(judge) : judge(answer)
  }
}

function lastOrLongest(drafts: readonly Draft[]): Draft {
  const last = drafts[drafts.length - 1] as Draft
  if (last.tokens.length > 0) return last
  return drafts.reduce((longest, draft) => (draft.tokens.length > longest.tokens.length ? draft : longest))
}

function openAll(
  drafters: readonly Drafter[],
  prompt: Tokens,
  options: DraftSessionOptions | undefined,
): readonly DraftSession[] {
  const sessions: DraftSession[] = []
  try {
    for (const drafter of drafters) sessions.push(drafter.open(prompt, options))
  } catch (error) {
    // `open` cannot wait; the first error is the one to tell.
    closeAll(sessions).catch(() => {})
    throw error
  }
  return sessions
}

/** Closes every session, also after one failed, and throws the first failure. */
async function closeAll(sessions: readonly DraftSession[]): Promise<void> {
  const closed = await Promise.allSettled(sessions.map(async (session) => session[Symbol.asyncDispose]()))
  for (const outcome of closed) if (outcome.status === 'rejected') throw outcome.reason
}
