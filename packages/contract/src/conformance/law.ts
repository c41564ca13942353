import * as fc from 'fast-check'
import { describe, it } from 'vitest'
import { SpeculationError } from '../errors.js'

/** One rule of the contract: resolves when the subject keeps it, rejects when it does not. */
export type Law<Subject> = (subject: Subject) => Promise<void>

/** Named rules of one interface. */
export type Laws<Subject, Name extends string> = Readonly<Record<Name, Law<Subject>>>

/** What {@link testLaws} registers. */
interface LawTests<Subject> {
  readonly title: string
  readonly laws: Readonly<Record<string, Law<Subject>>>
  readonly subject: Subject
  /** Each must fail, so a gap that was closed has to leave the list. */
  readonly knownGaps: readonly string[]
}

// Generous on purpose: a law is about what happens, never about how fast.
const timeoutMs = 120_000

/** Registers one test per law. */
export function testLaws<Subject>({ title, laws, subject, knownGaps }: LawTests<Subject>): void {
  const unknown = knownGaps.find((gap) => !Object.hasOwn(laws, gap))
  if (unknown !== undefined)
    throw new SpeculationError(
      'ERR_OPTION_INVALID',
      `knownGaps may name the tested laws (${Object.keys(laws).join(', ')}), got ${unknown}: leave it out`,
    )
  describe(title, () => {
    for (const [name, law] of Object.entries(laws)) {
      const register = knownGaps.includes(name) ? it.fails : it
      register(name, () => law(subject), timeoutMs)
    }
  })
}

/** How many cases a property is checked on. */
export interface Cases {
  readonly numRuns: number
  /** Whether a failing case is made smaller; not where one subject lives through all cases. */
  readonly shrinks?: boolean
}

/** Checks a property on generated cases; a failure names the seed and the smallest case found. */
export function forAll<Values extends [unknown, ...unknown[]]>(
  { numRuns, shrinks = true }: Cases,
  ...property: [...{ [K in keyof Values]: fc.Arbitrary<Values[K]> }, (...values: Values) => Promise<void>]
): Promise<void> {
  return fc.assert(fc.asyncProperty(...property), { numRuns, endOnFailure: !shrinks })
}
