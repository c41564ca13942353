import type { LengthPolicy } from '../../length-policy.js'
import type { Law } from '../law.js'

/** What a length law needs. */
export interface LawSubject {
  readonly create: () => LengthPolicy
  readonly createFor?: ((costSeconds: Float64Array) => LengthPolicy) | undefined
  readonly maxTokens: number
  readonly numRuns: number
}

/** A rule for length policies. */
export type Rule = Law<LawSubject>
