import type { LengthLaw } from '../length-laws.js'
import type { LengthPolicySubject } from '../test-length-policy.js'
import { bruteForcePolicy, firstDeclinePolicy, type LengthHabits, sampleLengthPolicy } from './sample-length-policy.js'

/** A length policy that breaks exactly one law. */
export interface LengthOffender extends LengthPolicySubject {
  readonly fault: string
  readonly law: LengthLaw
}

/** At least one for every law. */
export const lengthOffenders: readonly LengthOffender[] = [
  {
    ...offender('identity', 'has a name with a space', {}),
    create: () => ({ ...sampleLengthPolicy(), name: 'my policy' }),
  },
  offender('range', 'asks for half tokens', { limits: { maxTokens: 7.5, minProbability: 0 } }),
  offender('range', 'asks for more than it says', { limits: { maxTokens: 65, minProbability: 0 } }),
  offender('range', 'has a negative break-even', { limits: { maxTokens: 8, minProbability: -1 } }),
  offender('cut', 'goes beyond the draft', { cut: ({ tokens }) => tokens.length && tokens.length + 1 }),
  offender('cut', 'verifies a fraction of a token', { cut: ({ tokens }) => tokens.length * 0.9 }),
  offender('isolation', 'has one state for all sessions', { isolated: false }),
  { ...offender('determinism', 'depends on how many there are', {}), create: countingPolicies() },
  offender('profit', 'never pauses', { pauseTokens: 0 }),
  offender('recovery', 'gives up for ever', { pauseTokens: Number.POSITIVE_INFINITY }),
  { ...offender('optimal', 'stops at the first bump of the cost curve', {}), createFor: firstDeclinePolicy },
]

function offender(law: LengthLaw, fault: string, habits: Partial<LengthHabits>): LengthOffender {
  return { law, fault, create: () => sampleLengthPolicy(habits), createFor: bruteForcePolicy, maxTokens: 64 }
}

function countingPolicies(): LengthPolicySubject['create'] {
  let created = 0
  return () => sampleLengthPolicy({ limits: { maxTokens: 4 + (created++ % 2), minProbability: 0 } })
}
