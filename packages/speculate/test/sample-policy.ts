import {
  CONTRACT_VERSION,
  type Draft,
  type LengthLimits,
  type LengthObservation,
  type LengthPolicy,
} from '@foretoken/contract'

/** A policy that writes down what it is told, and does what the test says. */
export interface SamplePolicy extends LengthPolicy {
  readonly seen: { opened: number; limits: number; cuts: number; observed: LengthObservation[] }
}

/** The parts of a policy that a test may replace. */
export interface PolicyHabits {
  readonly onOpen?: () => void
  readonly limits?: (call: number) => LengthLimits
  readonly cut?: (draft: Draft, call: number) => number
  readonly onObserve?: (call: number) => void
}

export function samplePolicy(habits: PolicyHabits = {}): SamplePolicy {
  const { limits = () => ({ maxTokens: 5, minProbability: 0 }), cut = (draft) => draft.tokens.length } = habits
  const seen = { opened: 0, limits: 0, cuts: 0, observed: [] as LengthObservation[] }
  return {
    contractVersion: CONTRACT_VERSION,
    name: 'sample',
    seen,
    open() {
      habits.onOpen?.()
      seen.opened++
      return {
        limits: () => limits(seen.limits++),
        cut: (draft) => cut(draft, seen.cuts++),
        observe(observation) {
          habits.onObserve?.(seen.observed.length)
          seen.observed.push(observation)
        },
      }
    },
  }
}
