import type { Draft } from '../../drafter.js'
import type { LengthLimits, LengthObservation, LengthPolicy, LengthSession } from '../../length-policy.js'
import { CONTRACT_VERSION } from '../../version.js'

/** The decisions of {@link sampleLengthPolicy} that an offender gets wrong. */
export interface LengthHabits {
  readonly limits: LengthLimits
  readonly cut: (draft: Draft) => number
  /** Tokens without a draft after three drafts in a row of which nothing was accepted. */
  readonly pauseTokens: number
  /** Whether each session has a state of its own. */
  readonly isolated: boolean
}

/** A policy that keeps every law: at most eight tokens, and a pause of 32 tokens after three drafts in vain. */
export function sampleLengthPolicy(habits: Partial<LengthHabits> = {}): LengthPolicy {
  const allHabits: LengthHabits = {
    limits: { maxTokens: 8, minProbability: 0 },
    cut: ({ tokens }) => tokens.length,
    pauseTokens: 32,
    isolated: true,
    ...habits,
  }
  const shared = new SampleSession(allHabits)
  return {
    contractVersion: CONTRACT_VERSION,
    name: 'sample',
    open: () => (allHabits.isolated ? new SampleSession(allHabits) : shared),
  }
}

/** The same, and for a known cost curve it tries every cut. */
export function bruteForcePolicy(costSeconds: Float64Array): LengthPolicy {
  return sampleLengthPolicy({ cut: ({ probabilities }) => bestCut(probabilities ?? new Float32Array(), costSeconds) })
}

/** A policy that goes on only while the next token pays, and so never gets over a bump of the cost curve. */
export function firstDeclinePolicy(costSeconds: Float64Array): LengthPolicy {
  return sampleLengthPolicy({
    cut({ probabilities = new Float32Array() }) {
      let cut = 0
      while (cut < probabilities.length && bestCut(probabilities.subarray(0, cut + 1), costSeconds) > cut) cut++
      return cut
    },
  })
}

class SampleSession implements LengthSession {
  readonly #habits: LengthHabits
  #inVain = 0
  #pausedTokens = 0

  constructor(habits: LengthHabits) {
    this.#habits = habits
  }

  limits(): LengthLimits {
    return this.#pausedTokens > 0 ? { maxTokens: 0, minProbability: 0 } : this.#habits.limits
  }

  cut(draft: Draft): number {
    return this.#habits.cut(draft)
  }

  observe({ sent, accepted }: LengthObservation): void {
    this.#pausedTokens = Math.max(0, this.#pausedTokens - accepted - 1)
    if (sent > 0) this.#inVain = accepted > 0 ? 0 : this.#inVain + 1
    if (this.#inVain < 3) return
    this.#inVain = 0
    this.#pausedTokens = this.#habits.pauseTokens
  }
}

/** The cut with the most expected tokens per second, the shortest of equals. */
function bestCut(probabilities: Float32Array, costSeconds: Float64Array): number {
  let best = { cut: 0, rate: 1 / (costSeconds[1] ?? 0) }
  let reached = 1
  let expectedTokens = 1
  for (const [index, probability] of probabilities.entries()) {
    reached *= probability
    expectedTokens += reached
    const rate = expectedTokens / (costSeconds[index + 2] ?? 0)
    if (rate > best.rate) best = { cut: index + 1, rate }
  }
  return best.cut
}
