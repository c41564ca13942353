import type { Laws } from './law.js'
import { cut, determinism, identity, isolation, range } from './length-laws/decision-laws.js'
import { optimal, profit, recovery } from './length-laws/profit-laws.js'
import type { LawSubject } from './length-laws/subject.js'

/** Name of one law of the length policies' contract. */
export type LengthLaw = 'identity' | 'range' | 'cut' | 'isolation' | 'determinism' | 'profit' | 'recovery' | 'optimal'

/** The length policies' contract as properties. */
export const lengthLaws: Laws<LawSubject, LengthLaw> = {
  identity,
  range,
  cut,
  isolation,
  determinism,
  profit,
  recovery,
  optimal,
}
