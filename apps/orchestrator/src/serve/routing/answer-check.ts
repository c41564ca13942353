import { isEmpty, isLoop } from '@foretoken/judge'

/** What an answer has to be: not empty, no loop, JSON, or what a pattern finds. */
export type AnswerCheck =
  | { readonly kind: 'empty' }
  | { readonly kind: 'loop' }
  | { readonly kind: 'json' }
  | { readonly kind: 'regex'; readonly pattern: string }

/** An answer as it is checked. */
export interface CheckedAnswer {
  readonly text: string
  /** Whether a tool is called: then the text may be anything. */
  readonly callsTools: boolean
}

/** A pattern is looked for in so many characters, since a bad one takes long. */
const patternCharacters = 20_000

/** Why an answer does not pass, or `undefined`. */
export function faultOf({ text, callsTools }: CheckedAnswer, checks: readonly AnswerCheck[]): string | undefined {
  if (callsTools) return undefined
  return checks.map((check) => fault(text, check)).find((found) => found !== undefined)
}

function fault(text: string, check: AnswerCheck): string | undefined {
  switch (check.kind) {
    case 'empty':
      return isEmpty({ text }) ? 'the answer is empty' : undefined
    case 'loop':
      return isLoop(text) ? 'the answer repeats itself' : undefined
    case 'json':
      return isJson(text) ? undefined : 'the answer is not JSON'
    case 'regex':
      return new RegExp(check.pattern, 'u').test(text.slice(0, patternCharacters))
        ? undefined
        : `the answer does not match ${check.pattern}`
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
