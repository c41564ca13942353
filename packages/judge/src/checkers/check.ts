import type { Answer } from '../answer.js'
import type { CheckResult, Score } from '../check-result.js'
import type { AllChecker, Checker } from '../checker.js'
import { checkIfeval } from '../ifeval/check-ifeval.js'
import type { RunSandboxed } from '../sandbox-port.js'
import { finalText } from './answer-part.js'
import { checkCode } from './code.js'
import { type Degeneration, degenerationOf } from './degenerate.js'
import { checkExact } from './exact.js'
import { checkNumeric } from './numeric.js'
import { checkRegex } from './regex.js'
import { scoreOf } from './score.js'
import { checkToolCalls } from './tool-calls.js'

/** What checking takes besides the answer. */
export interface CheckOptions {
  /**
   * Runs code; needed by checkers of the kind `code` only.
   * @defaultValue none
   */
  readonly sandbox?: RunSandboxed
}

/** Checks an answer without a model. What the model thought before its answer is not looked at. */
export async function check(checker: Checker, answer: Answer, options: CheckOptions = {}): Promise<CheckResult> {
  const text = finalText(answer.text)
  switch (checker.kind) {
    case 'exact':
      return checkExact(checker, text)
    case 'regex':
      return checkRegex(checker, text)
    case 'numeric':
      return checkNumeric(checker, text)
    case 'jsonSchema':
      // Ajv is loaded by those who use it only.
      return (await import('./json-schema.js')).checkJsonSchema(checker, text)
    case 'toolCalls':
      return checkToolCalls(checker, answer)
    case 'ifeval':
      return checkIfeval(checker, text)
    case 'code':
      return checkCode(checker, answer.text, options.sandbox)
    case 'all':
      return checkAll(checker, answer, options)
  }
}

/** What checkers say of an answer, on the rubric's scale. */
export interface ScoredCheck extends CheckResult {
  readonly score: Score
  /** What is wrong with the answer as a text, whatever the checker says. */
  readonly degeneration?: Degeneration
}

/** Checks an answer and scores it; `prompt` is what the model was asked, by which an echo is known. */
export async function scoredCheck(
  checker: Checker,
  answer: Answer,
  prompt: string,
  options: CheckOptions = {},
): Promise<ScoredCheck> {
  const degeneration = degenerationOf(answer, prompt)
  const result = await check(checker, answer, options)
  return { ...result, score: scoreOf(result, answer, degeneration), ...(degeneration && { degeneration }) }
}

async function checkAll({ checkers }: AllChecker, answer: Answer, options: CheckOptions): Promise<CheckResult> {
  const results: CheckResult[] = []
  for (const each of checkers) results.push(await check(each, answer, options))
  const failed = results.filter(({ passed }) => !passed)
  return {
    passed: failed.length === 0,
    passedRate: results.reduce((sum, { passedRate }) => sum + passedRate, 0) / results.length,
    reason: failed.length === 0 ? 'every checker passes' : failed.map(({ reason }) => reason).join('; '),
    details: { results },
  }
}
