import type { Drafter } from '../drafter.js'
import { type DrafterLaw, drafterLaws } from './drafter-laws.js'
import { testLaws } from './law.js'

/** The drafter under test. */
export interface DrafterSubject {
  /** Makes a drafter that has seen nothing; called at least once per generated case, disposed of after it. */
  readonly create: () => Drafter | Promise<Drafter>
  /**
   * Laws the drafter is known to break. Each must still fail, so the list can only shrink.
   * @defaultValue []
   */
  readonly knownGaps?: readonly DrafterLaw[]
  /**
   * Generated cases per law.
   * @defaultValue 50
   */
  readonly numRuns?: number
}

/** Registers one vitest test per law of the drafter contract. */
export function testDrafter({ create, knownGaps = [], numRuns = 50 }: DrafterSubject): void {
  testLaws({ title: 'drafter contract', laws: drafterLaws, subject: { create, numRuns }, knownGaps })
}
