import type { LengthPolicy } from '../length-policy.js'
import { testLaws } from './law.js'
import { type LengthLaw, lengthLaws } from './length-laws.js'

/** The length policy under test. */
export interface LengthPolicySubject {
  /** Makes a policy that has observed nothing. */
  readonly create: () => LengthPolicy
  /**
   * Makes the policy for a known cost curve: `costSeconds[width]` is what verifying `width` tokens takes, from width 1
   * on. Without it the law `optimal` is not tested.
   * @defaultValue undefined
   */
  readonly createFor?: (costSeconds: Float64Array) => LengthPolicy
  /**
   * Longest draft that the policy may ask for.
   * @defaultValue 256
   */
  readonly maxTokens?: number
  /**
   * Laws the policy is known to break. Each must still fail, so the list can only shrink.
   * @defaultValue []
   */
  readonly knownGaps?: readonly LengthLaw[]
  /**
   * Generated cases per law.
   * @defaultValue 50
   */
  readonly numRuns?: number
}

/** Registers one vitest test per law of the length policies' contract. */
export function testLengthPolicy(subject: LengthPolicySubject): void {
  const { create, createFor, maxTokens = 256, knownGaps = [], numRuns = 50 } = subject
  const { optimal, ...others } = lengthLaws
  testLaws({
    title: 'length policy contract',
    laws: createFor === undefined ? others : lengthLaws,
    subject: { create, createFor, maxTokens, numRuns },
    knownGaps,
  })
}
