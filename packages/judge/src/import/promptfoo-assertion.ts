import type { Checker } from '../checker.js'

/** An assertion of promptfoo, as far as it is read. */
export interface PromptfooAssertion {
  readonly type: string
  readonly value?: unknown
}

/** The checker that an assertion means; `undefined` for those that take code, a model or a service. */
export function assertionChecker({ type, value }: PromptfooAssertion): Checker | undefined {
  if (type.startsWith('not-')) {
    const checker = assertionChecker({ type: type.slice(4), value })
    return checker?.kind === 'regex' && checker.all?.length === 1 ? { ...negated(checker) } : undefined
  }
  const texts = [value].flat().map(String)
  switch (type) {
    case 'equals':
      return typeof value === 'object' ? undefined : { kind: 'exact', values: [String(value)] }
    case 'contains':
    case 'contains-all':
      return { kind: 'regex', all: texts.map(escaped) }
    case 'icontains':
    case 'icontains-all':
      return { kind: 'regex', all: texts.map(escaped), flags: 'iu' }
    case 'contains-any':
      return { kind: 'regex', all: [texts.map(escaped).join('|')] }
    case 'icontains-any':
      return { kind: 'regex', all: [texts.map(escaped).join('|')], flags: 'iu' }
    case 'starts-with':
      return { kind: 'regex', all: [`^${escaped(String(value))}`] }
    case 'regex':
      return { kind: 'regex', all: [String(value)] }
    case 'is-json':
      return { kind: 'jsonSchema', schema: schemaOf(value), strict: true }
    case 'contains-json':
      return { kind: 'jsonSchema', schema: schemaOf(value), part: 'fenced' }
    default:
      return undefined
  }
}

function negated({ all, ...checker }: Extract<Checker, { kind: 'regex' }>): Checker {
  return all ? { ...checker, none: all } : checker
}

function schemaOf(value: unknown): Readonly<Record<string, unknown>> | boolean {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : true
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
}
