import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SpeculationError } from '../errors.js'
import { CONTRACT_VERSION } from '../version.js'

/** One rule of the contract: resolves when the subject keeps it, rejects when it does not. */
export type Law<Subject> = (subject: Subject) => Promise<void>

/** Named rules of one interface. */
export type Laws<Subject, Name extends string> = Readonly<Record<Name, Law<Subject>>>

/** What {@link testLaws} registers. */
interface LawTests<Subject, Name extends string> {
  readonly title: string
  readonly laws: Partial<Laws<Subject, Name>>
  readonly subject: Subject
  /** Each must fail, so a gap that was closed has to leave the list. */
  readonly knownGaps: readonly Name[]
}

// Generous on purpose: a law is about what happens, never about how fast.
const timeoutMs = 120_000

/** Registers one test per law. */
export function testLaws<Subject, Name extends string>(tests: LawTests<Subject, Name>): void {
  const { title, subject, knownGaps } = tests
  const laws = Object.entries<Law<Subject> | undefined>(tests.laws)
  const names = laws.map(([name]) => name)
  const unknown = knownGaps.find((gap) => !names.includes(gap))
  if (unknown !== undefined)
    throw new SpeculationError(
      'ERR_OPTION_INVALID',
      `knownGaps may name the tested laws (${names.join(', ')}), got ${unknown}: leave it out`,
    )
  describe(title, () => {
    for (const [name, law] of laws) {
      const register = knownGaps.some((gap) => gap === name) ? it.fails : it
      register(name, async () => law?.(subject), timeoutMs)
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

/** The part speaks this version of the contract, and its name, if it has one, is kebab-case. */
export function expectIdentity(part: { readonly contractVersion: number; readonly name?: string }): void {
  expect(part.contractVersion).toBe(CONTRACT_VERSION)
  if (part.name !== undefined) expect(part.name).toMatch(kebabCase)
}

/** Names that metrics can use as they are. */
export const kebabCase: RegExp = /^[a-z0-9]+(-[a-z0-9]+)*$/
