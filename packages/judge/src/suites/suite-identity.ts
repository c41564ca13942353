import { createHash } from 'node:crypto'
import { SpeculationError } from '@foretoken/contract'
import type { Suite } from '../suite.js'

/** Which prompts a score is about. */
export interface SuiteIdentity {
  readonly suite: string
  /** Absent: a score from before suites had versions, or of unknown origin. */
  readonly version?: number
  /** Hash of everything that is asked and checked. Absent: unknown. */
  readonly fingerprint?: string
}

/** What a suite's scores are kept with, so that nobody compares them with those of other prompts. */
export function suiteIdentity({ suite, version, prompts }: Suite): SuiteIdentity {
  // The recorded answers show what a checker does and have no part in a score.
  const asked = prompts.map(({ answers: _, ...prompt }) => prompt)
  const fingerprint = createHash('sha256')
    .update(JSON.stringify(sorted(asked)))
    .digest('hex')
    .slice(0, 16)
  return { suite, version, fingerprint }
}

/** Why two scores must not be compared, in one sentence; `undefined` where they may. */
export function comparisonFault(one: SuiteIdentity, other: SuiteIdentity): string | undefined {
  if (one.suite !== other.suite) {
    return `a score of the suite ${one.suite} says nothing about one of ${other.suite}`
  }
  if (one.version === undefined || other.version === undefined) {
    return `a score of ${one.suite} has no version; it may be from an older and easier suite, so run both models on one version`
  }
  if (one.version !== other.version) {
    return `versions ${one.version} and ${other.version} of ${one.suite} ask different things, and a hardened suite gives the same model a lower score; run both models on one version`
  }
  if (one.fingerprint === undefined || one.fingerprint !== other.fingerprint) {
    return `the prompts or checkers of ${one.suite}, version ${one.version}, are not those of the other run, or it is not known; run both models on the same file`
  }
  return undefined
}

/** Throws `ERR_OPTION_INVALID` with the reason where two scores must not be compared; whoever compares calls it first. */
export function assertComparable(one: SuiteIdentity, other: SuiteIdentity): void {
  const fault = comparisonFault(one, other)
  if (fault === undefined) return
  throw new SpeculationError('ERR_OPTION_INVALID', `scores cannot be compared: ${fault}`, { details: { one, other } })
}

/** The value with the keys of its objects in one order, so that the order of a file does not count. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([key, each]): [string, unknown] => [key, sorted(each)])
  return Object.fromEntries(entries.sort(([one], [other]) => (one < other ? -1 : 1)))
}
