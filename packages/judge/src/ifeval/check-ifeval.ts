import { SpeculationError } from '@foretoken/contract'
import type { CheckResult } from '../check-result.js'
import type { IfevalChecker, IfevalInstruction } from '../checker.js'
import { withinTime } from '../checkers/within-time.js'
import { loadDetectors } from './is-in-language.js'
import type { IfevalKind } from './kind.js'
import { ifevalKinds } from './kinds.js'
import { strip } from './python-text.js'

/** Whether the text follows the instructions; `loose` forgives a first or last line and asterisks, as published. */
export async function checkIfeval(
  { instructions, mode = 'strict' }: IfevalChecker,
  text: string,
): Promise<CheckResult> {
  if (instructions.some(({ id }) => languageIds.has(id))) await loadDetectors()
  const texts = (mode === 'strict' ? [text] : looseVariants(text)).filter((variant) => strip(variant) !== '')
  // Keywords are patterns, and one that backtracks for ever must end.
  const failed = withinTime(5_000, () =>
    instructions.filter(({ id, arguments: args }) => !texts.some((variant) => kindOf(id).follows(args, variant))),
  ).map(({ id }) => id)
  return {
    passed: failed.length === 0,
    passedRate: (instructions.length - failed.length) / instructions.length,
    reason: failed.length === 0 ? 'every instruction is followed' : `not followed: ${failed.join(', ')}`,
    details: { failed },
  }
}

/** What is wrong with an instruction: an unknown id or bad arguments; `undefined` when nothing is. */
export function ifevalFault({ id, arguments: args }: IfevalInstruction): string | undefined {
  return Object.hasOwn(ifevalKinds, id) ? ifevalKinds[id]?.fault(args) : `IFEval has no instruction ${id}`
}

/** Instructions that ask for a language. */
const languageIds = new Set([
  'language:response_language',
  'change_case:english_capital',
  'change_case:english_lowercase',
])

function kindOf(id: string): IfevalKind {
  const kind = Object.hasOwn(ifevalKinds, id) ? ifevalKinds[id] : undefined
  if (kind) return kind
  throw new SpeculationError('ERR_OPTION_INVALID', `IFEval has no instruction ${id}`)
}

function looseVariants(text: string): string[] {
  const lines = text.split('\n')
  const cut = [lines.slice(1), lines.slice(0, -1), lines.slice(1, -1)].map((rest) => strip(rest.join('\n')))
  return [text, ...cut].flatMap((variant) => [variant, variant.replaceAll('*', '')])
}
