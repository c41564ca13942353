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
  /** What batches cost; absent where that is not known. */
  readonly curve: CostCurve | undefined
}

/** The same policy with shorter drafts: as a request wants them, and no longer than pays for all that share a batch. */
export function boundedPolicy(policy: LengthPolicy, bounds: Bounds): LengthPolicy {
  const { contractVersion, name } = policy
  return { contractVersion, name, open: () => new BoundedSession(policy.open(), bounds) }
}

class BoundedSession implements LengthSession {
  readonly #session: LengthSession
  readonly #bounds: Bounds
  #isFirst = true
  /** Drafts in a row of which nothing was verified. */
  #misses = 0
  /** Steps until the drafter is asked again. */
  #pause = 0

  constructor(session: LengthSession, bounds: Bounds) {
    this.#session = session
    this.#bounds = bounds
  }

  limits({ depth, batchWidth }: LengthState): LengthLimits {
    const { texts, maxTokens } = this.#bounds
    // What the first step shares its batch with is not known from a step before.
    const state = { depth, batchWidth: this.#isFirst ? Math.max(batchWidth, texts() - 1) : batchWidth }
    const limits = this.#session.limits(state)
    this.#isFirst = false
    const isPaused = this.#pause > 0
    if (isPaused) this.#pause--
    return { ...limits, maxTokens: isPaused ? 0 : this.#common(undefined, Math.min(limits.maxTokens, maxTokens)) }
  }

  cut(draft: Draft): number {
    const cut = this.#common(draft.probabilities, this.#session.cut(draft))
    this.#misses = cut > 0 ? 0 : this.#misses + 1
    this.#pause = this.#isAskingDear() ? Math.min(2 ** this.#misses - 1, MOST_PAUSE) : 0
    return cut
  }

  observe(observation: LengthObservation): void {
    this.#session.observe(observation)
  }

  #common(probabilities: Float32Array | undefined, mostTokens: number): number {
    const { texts, curve } = this.#bounds
    const count = texts()
    return curve === undefined || count === 1
      ? mostTokens
      : commonCut(probabilities, mostTokens, { texts: count, curve })
  }

  /** Drafters are asked one after another, and the batch waits for all of them. */
  #isAskingDear(): boolean {
    const { texts, curve } = this.#bounds
    const count = texts()
    return curve !== undefined && count > 1 && count * ASK_SECONDS > DEAR_RATE * curve.seconds(count)
  }
}

/** What a draft takes of a process's one thread, about. */
const ASK_SECONDS = 5e-5
/** Share of a step that asking may take. */
const DEAR_RATE = 0.01
/** Steps. */
const MOST_PAUSE = 15
