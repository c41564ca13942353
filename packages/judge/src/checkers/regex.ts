import { type CheckResult, checkResult } from '../check-result.js'
import type { RegexChecker } from '../checker.js'
import { partOf } from './answer-part.js'
import { withinTime } from './within-time.js'

/** Whether the part of the text matches every pattern of `all` and none of `none`. */
export function checkRegex(checker: RegexChecker, text: string): CheckResult {
  const { all = [], none = [], flags = 'u', part } = checker
  const got = partOf(text, part)
  if (got === undefined) return checkResult(false, 'the part of the answer that is matched is not there')
  const { missing, found } = withinTime(2_000, () => ({
    missing: all.filter((pattern) => !new RegExp(pattern, flags).test(got)),
    found: none.filter((pattern) => new RegExp(pattern, flags).test(got)),
  }))
  const faults = [
    ...missing.map((pattern) => `no match of /${pattern}/`),
    ...found.map((pattern) => `a match of /${pattern}/`),
  ]
  return {
    passed: faults.length === 0,
    // What does not stand in an answer is no merit beside what has to: a refusal would be half right.
    passedRate:
      all.length === 0 ? 1 - found.length / none.length : (all.length - missing.length) / (all.length + found.length),
    reason: faults.length === 0 ? 'every pattern is as expected' : faults.join(', '),
    details: { missing, found },
  }
}
