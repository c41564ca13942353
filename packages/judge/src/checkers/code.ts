import { SpeculationError } from '@foretoken/contract'
import { type CheckResult, checkResult } from '../check-result.js'
import type { CodeChecker } from '../checker.js'
import type { RunSandboxed } from '../sandbox-port.js'
import { finalText } from './answer-part.js'

/** Whether the code of the text passes the tests in the sandbox. */
export async function checkCode(
  checker: CodeChecker,
  text: string,
  sandbox: RunSandboxed | undefined,
): Promise<CheckResult> {
  if (sandbox === undefined) {
    throw new SpeculationError('ERR_OPTION_INVALID', 'a checker of the kind code needs a sandbox, got none')
  }
  const { language, tests, prelude = '', timeoutMs = 5_000 } = checker
  const { outcome, message, output, milliseconds } = await sandbox({
    language,
    code: codeOf(text, prelude),
    tests,
    timeoutMs,
  })
  const reason = outcome === 'passed' ? 'the tests pass' : `${outcome}: ${message.slice(0, 400)}`
  return checkResult(outcome === 'passed', reason, { outcome, output: output.slice(0, 2_000), milliseconds })
}

/**
 * The program of an answer: its fenced blocks, or all of it where there is none. A prelude goes before it, unless the
 * answer says its last line again, as models do that write the whole function instead of its body.
 */
export function codeOf(text: string, prelude: string): string {
  const final = finalText(text)
  const blocks = [...final.matchAll(/```[^\n`]*\n([\s\S]*?)(?:\n```|$)/g)].map(([, block = '']) => block)
  const code = blocks.length > 0 ? blocks.join('\n\n') : final
  if (prelude === '') return code
  const signature = prelude.split('\n').findLast((line) => /^\s*(?:async\s+)?(?:def|function)\s/.test(line))
  const name = /(?:def|function)\s+(\w+)/.exec(signature ?? '')?.[1]
  const repeats = name !== undefined && new RegExp(`^\\s*(?:async\\s+)?(?:def|function)\\s+${name}\\b`, 'm').test(code)
  // The imports of the prelude stay: a whole function still needs them.
  return repeats ? `${prelude.slice(0, prelude.indexOf(signature ?? ''))}\n${code}` : `${prelude}${code}`
}
