/** The rubric's scale: 3 right, 2 partly right or truncated, 1 wrong but an attempt, 0 empty or garbage. */
export type Score = 0 | 1 | 2 | 3

/** What a checker says about an answer. */
export interface CheckResult {
  readonly passed: boolean
  /** Share of the requirements that hold (0 to 1); 1 exactly when `passed`. */
  readonly passedRate: number
  /** One sentence: what was expected and what was got. */
  readonly reason: string
  /** Values behind the reason, as JSON. */
  readonly details: Readonly<Record<string, unknown>>
}

/** A result of a checker with one requirement. */
export function checkResult(
  passed: boolean,
  reason: string,
  details: Readonly<Record<string, unknown>> = {},
): CheckResult {
  return { passed, passedRate: passed ? 1 : 0, reason, details }
}
