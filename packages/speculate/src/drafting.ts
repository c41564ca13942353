import {
  CONTRACT_VERSION,
  type Draft,
  type Drafter,
  type LengthLimits,
  type LengthObservation,
  type LengthPolicy,
  type LengthSession,
  type TokenId,
  type Tokens,
  type Verdict,
} from '@foretoken/contract'
import { GuardedDrafter, NO_DRAFT } from './guarded-drafter.js'
import type { SpeculateOptions } from './speculate-options.js'
import type { Writable } from './writable.js'

/** What a step drafts. */
export interface Proposal {
  /** The whole draft. */
  readonly draft: Draft
  /** What the policy's cut left of it. */
  readonly tokens: Tokens
  readonly draftMs: number
}

/** A step without drafting: the policy was not asked, so it observes nothing either. */
export const NO_PROPOSAL: Proposal = { draft: NO_DRAFT, tokens: NO_DRAFT.tokens, draftMs: 0 }
/** A step whose policy wanted no draft. */
const UNWANTED: Proposal = { ...NO_PROPOSAL }

/** What became of a step. */
export interface Outcome {
  readonly proposal: Proposal
  readonly verdict: Verdict
  /** The tokens that stay in the text. */
  readonly tokens: Tokens
  /** Tokens in the target's context before the step. */
  readonly depth: number
}

/** The drafter and the policy of one session. */
export class Drafting implements AsyncDisposable {
  readonly #length: LengthSession
  readonly #drafter: GuardedDrafter
  /** What other sequences put into the last batch: the best guess at the next one. */
  #batchWidth = 0
  /** Whether this step's draft was asked for. */
  #hasAsked = false
  /** Tokens of the text that the drafter has not heard of yet. No typed array: a short one costs more than what it holds. */
  #unheard: TokenId[] = []
  #prepared: Proposal | Promise<Proposal> | undefined

  constructor(drafter: Drafter, options: SpeculateOptions) {
    const { policy = upTo16, prompt, session, draftTimeoutMs = 50, signal } = options
    const memory = session?.sampling === undefined ? options.memory : { sampling: session.sampling, ...options.memory }
    // The policy first: when it throws, no drafter session is open yet.
    this.#length = policy.open()
    this.#drafter = new GuardedDrafter(drafter.name, () => drafter.open(prompt.slice(), memory), {
      timeoutMs: draftTimeoutMs,
      signal,
    })
  }

  /** Why the drafter was dropped. */
  get dropped(): string | undefined {
    return this.#drafter.dropped
  }

  /** Begins the first proposal, for which the first step need not wait then. */
  prepare(depth: number, mostTokens: number): void {
    const prepared = this.#propose(depth, mostTokens)
    // The first step hears of a failure.
    if (prepared instanceof Promise) prepared.catch(() => {})
    this.#prepared = prepared
  }

  /** A draft of at most `mostTokens` tokens and at most what the policy wants; at once where that is nothing. */
  propose(depth: number, mostTokens: number): Proposal | Promise<Proposal> {
    const prepared = this.#prepared
    if (prepared === undefined) return this.#propose(depth, mostTokens)
    this.#prepared = undefined
    return prepared instanceof Promise ? waited(prepared) : prepared
  }

  #propose(depth: number, mostTokens: number): Proposal | Promise<Proposal> {
    if (this.dropped !== undefined) return NO_PROPOSAL
    const { maxTokens, minProbability } = this.#length.limits({ depth, batchWidth: this.#batchWidth })
    this.#hasAsked = maxTokens >= 1 && mostTokens >= 1
    return this.#hasAsked ? this.#ask({ maxTokens: Math.min(maxTokens, mostTokens), minProbability }) : UNWANTED
  }

  #ask(limits: LengthLimits): Proposal | Promise<Proposal> {
    const told = this.#tell()
    return told === undefined ? this.#drafted(limits) : told.then(() => this.#drafted(limits))
  }

  #drafted(limits: LengthLimits): Proposal | Promise<Proposal> {
    const startedMs = performance.now()
    const draft = this.#drafter.draft(limits)
    const proposed = (draft: Draft): Proposal => {
      const draftMs = performance.now() - startedMs
      return { draft, tokens: draft.tokens.subarray(0, Math.max(0, this.#length.cut(draft))), draftMs }
    }
    return draft instanceof Promise ? draft.then(proposed) : proposed(draft)
  }

  /** Tells the drafter and the policy what became of a step; at once where the drafter is told later. */
  settle(outcome: Outcome): void | Promise<void> {
    const { tokens, verdict } = outcome
    this.#batchWidth = verdict.batchWidth ?? 0
    // A copy: who reads the step may write on its tokens.
    for (const token of tokens) this.#unheard.push(token)
    // A drafter that is not asked costs nothing while a batch is full of others: it hears of its text in large pieces.
    const isToBeTold = this.#hasAsked || this.#unheard.length >= MOST_UNHEARD_TOKENS
    const told = isToBeTold ? this.#tell() : undefined
    return told === undefined ? this.#observe(outcome) : told.then(() => this.#observe(outcome))
  }

  #observe({ proposal, verdict, depth }: Outcome): void {
    if (proposal === NO_PROPOSAL) return
    const { accepted, verifyMs, width, batchWidth = 0, microBatches } = verdict
    const { draft, draftMs } = proposal
    const sent = width - 1
    const seen: Writable<LengthObservation> = { draft, sent, accepted, draftMs, verifyMs, width, batchWidth, depth }
    if (microBatches !== undefined) seen.microBatches = microBatches
    this.#length.observe(seen)
  }

  #tell(): void | Promise<void> {
    if (this.#unheard.length === 0) return
    const tokens = new Int32Array(this.#unheard)
    this.#unheard = []
    return this.#drafter.commit(tokens)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#tell()
    await this.#drafter[Symbol.asyncDispose]()
  }
}

const MOST_UNHEARD_TOKENS = 64

/** The proposal, and as its time only what is waited for it from now on. */
async function waited(prepared: Promise<Proposal>): Promise<Proposal> {
  const startedMs = performance.now()
  const proposal = await prepared
  return proposal === NO_PROPOSAL ? proposal : { ...proposal, draftMs: performance.now() - startedMs }
}

const upTo16: LengthPolicy = {
  contractVersion: CONTRACT_VERSION,
  name: 'up-to-16',
  open: () => ({
    limits: () => ({ maxTokens: 16, minProbability: 0 }),
    cut: (draft) => draft.tokens.length,
    observe: () => {},
  }),
}
