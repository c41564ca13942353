import { type Answer, isTruncated } from '../answer.js'
import type { CheckResult, Score } from '../check-result.js'
import type { Degeneration } from './degenerate.js'

/**
 * The rubric's score of an answer that a checker has seen: 3 passed; 2 passed though truncated, or at least half of the
 * requirements hold; 1 failed, but an attempt; 0 failed and empty, a loop or an echo.
 */
export function scoreOf(result: CheckResult, answer: Answer, degeneration: Degeneration | undefined): Score {
  if (result.passed) return isTruncated(answer) ? 2 : 3
  if (degeneration !== undefined) return 0
  return result.passedRate >= 0.5 ? 2 : 1
}
