import type { CostCurve } from '@foretoken/adaptive-k'
import type {
  Draft,
  LengthLimits,
  LengthObservation,
  LengthPolicy,
  LengthSession,
  LengthState,
} from '@foretoken/contract'
import { commonCut } from './common-cut.js'

/** What bounds drafts besides a policy. */
export interface Bounds {
  /** Most tokens of a draft. */
  readonly maxTokens: number
  /** How many texts are being written, this one too. */
  readonly texts: () => number
  /** What batches cost, which observations do not change; absent where that is not known. */
  readonly curve: CostCurve | undefined
}

/** The same policy with shorter drafts: as a request wants them, and no longer than pays for all that share a batch. */
export function boundedPolicy(policy: LengthPolicy, bounds: Bounds): LengthPolicy {
  const { contractVersion, name } = policy
  return { contractVersion, name, open: () => new BoundedSession(policy, bounds) }
}

const nothing: LengthLimits = { maxTokens: 0, minProbability: 0 }

class BoundedSession implements LengthSession {
  readonly #policy: LengthPolicy
  /** Opened when it is asked first: with many texts what the policy itself takes is felt. */
  #opened: LengthSession | undefined
  readonly #bounds: Bounds
  #isFirst = true
  /** Whether the policy was asked for this step. */
  #isAsked = false
  /** Drafts in a row of which nothing was verified. */
  #misses = 0
  /** Steps until the drafter is asked again. */
  #pause = 0

  constructor(policy: LengthPolicy, bounds: Bounds) {
    this.#policy = policy
    this.#bounds = bounds
  }

  get #session(): LengthSession {
    this.#opened ??= this.#policy.open()
    return this.#opened
  }

  limits({ depth, batchWidth }: LengthState): LengthLimits {
    const texts = this.#bounds.texts()
    const mostTokens = Math.min(this.#bounds.maxTokens, longestCommon(this.#bounds.curve, texts))
    const isFirst = this.#isFirst
    this.#isFirst = false
    this.#isAsked = mostTokens > 0 && this.#pause === 0
    if (this.#pause > 0) this.#pause--
    if (!this.#isAsked) return nothing
    // What the first step shares its batch with is not known from a step before.
    const limits = this.#session.limits({ depth, batchWidth: isFirst ? Math.max(batchWidth, texts - 1) : batchWidth })
    return { maxTokens: Math.min(limits.maxTokens, mostTokens), minProbability: limits.minProbability }
  }

  cut(draft: Draft): number {
    const { curve } = this.#bounds
    const texts = this.#bounds.texts()
    const own = this.#session.cut(draft)
    const cut = curve === undefined || texts === 1 ? own : commonCut(draft.probabilities, own, { texts, curve })
    this.#misses = cut > 0 ? 0 : this.#misses + 1
    this.#pause = isAskingDear(curve, texts) ? Math.min(2 ** this.#misses - 1, MOST_PAUSE) : 0
    return cut
  }

  observe(observation: LengthObservation): void {
    if (this.#isAsked) this.#session.observe(observation)
  }
}

/** The longest draft that may pay: of a drafter that is always right. By number of texts, for each curve. */
const longest = new WeakMap<CostCurve, Map<number, number>>()

function longestCommon(curve: CostCurve | undefined, texts: number): number {
  if (curve === undefined || texts === 1) return Number.POSITIVE_INFINITY
  const known = longest.get(curve) ?? new Map<number, number>()
  longest.set(curve, known)
  const cut = known.get(texts) ?? commonCut(undefined, LONGEST, { texts, curve })
  known.set(texts, cut)
  return cut
}

/** Drafters are asked one after another, and the batch waits for all of them. */
function isAskingDear(curve: CostCurve | undefined, texts: number): boolean {
  return curve !== undefined && texts > 1 && texts * ASK_SECONDS > DEAR_RATE * curve.seconds(texts)
}

/** Tokens of the longest draft. */
const LONGEST = 32
/** What a draft takes of a process's one thread, about. */
const ASK_SECONDS = 5e-5
/** Share of a step that asking may take. */
const DEAR_RATE = 0.01
/** Steps. */
const MOST_PAUSE = 15
