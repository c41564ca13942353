import { type CheckResult, checkResult } from '../check-result.js'
import type { ExactChecker } from '../checker.js'
import { partOf } from './answer-part.js'

/** Whether the part of the text is one of the values. */
export function checkExact(checker: ExactChecker, text: string): CheckResult {
  const got = partOf(text, checker.part)
  if (got === undefined) return checkResult(false, 'the part of the answer that is compared is not there')
  const passed = checker.values.some((value) => normalized(value, checker) === normalized(got, checker))
  const wanted = checker.values.map((value) => JSON.stringify(value)).join(' or ')
  return checkResult(passed, `expected ${wanted}, got ${JSON.stringify(got.slice(0, 200))}`, {
    got: got.slice(0, 2_000),
  })
}

function normalized(text: string, { ignoreCase, ignoreSpace, ignorePunctuation }: ExactChecker): string {
  let result = text.normalize('NFC').trim()
  if (ignoreSpace) result = result.replace(/\s+/g, ' ')
  if (ignorePunctuation) result = result.replace(/^[\p{P}\p{Zs}`]+|[\p{P}\p{Zs}`]+$/gu, '')
  return ignoreCase ? result.toLowerCase() : result
}
