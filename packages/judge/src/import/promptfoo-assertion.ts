import type { Checker } from '../checker.js'

/** An assertion of promptfoo, as far as it is read. */
export interface PromptfooAssertion {
  readonly type: string
  readonly value?: unknown
  readonly threshold?: number | undefined
  readonly provider?: unknown
}

/** What an assertion asks: something to check, something for a judge, or what nobody can do here. */
export type AssertionMeaning =
  | { readonly checker: Checker }
  | { readonly rubric: string }
  /** Why it cannot be read. */
  | { readonly fault: string }

/** The meaning of an assertion whose variables are filled in. */
export function assertionMeaning({ type, value, threshold, provider }: PromptfooAssertion): AssertionMeaning {
  const graded = Object.hasOwn(gradedAs, type) ? gradedAs[type] : undefined
  if (graded !== undefined) {
    const texts = [value ?? []]
      .flat()
      .map(textOf)
      .filter((text) => text.trim() !== '')
    if (texts.length > 0 || type === 'answer-relevance') return { rubric: graded(texts) }
    return { fault: `${type} needs a value that says what is asked` }
  }
  // What has no threshold there either would be told nothing by one.
  if (threshold !== undefined || provider !== undefined)
    return { fault: `${type} is read without threshold and provider` }
  const plain = type.startsWith('not-') ? negated(type.slice(4), value) : checked(type, value)
  if (plain !== undefined) return typeof plain === 'string' ? { fault: plain } : { checker: plain }
  return {
    fault: `${type} ${reasonOf(type.replace(/^not-/, '')) ?? 'is not known here'}; remove it, or say what it asks as llm-rubric`,
  }
}

/** As it stands in the file; what is no text has no other form. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null)
}

const gradedAs: Readonly<Record<string, (texts: readonly string[]) => string>> = {
  'llm-rubric': (texts) => texts.join('\n'),
  'model-graded-closedqa': (texts) => texts.join('\n'),
  'g-eval': (texts) => texts.join('\n'),
  factuality: (texts) => `It states the same facts as: ${texts.join('\n')}`,
  'model-graded-factuality': (texts) => `It states the same facts as: ${texts.join('\n')}`,
  similar: (texts) => `It means the same as: ${texts.join('\nor: ')}`,
  'answer-relevance': () => 'It answers what was asked, and nothing else.',
}

const code = 'takes code, which is not run here'
const measure = 'is not about what is answered'
const reasons: Readonly<Record<string, string>> = {
  ...{ javascript: code, python: code, ruby: code, webhook: 'takes a service, which is not asked here' },
  ...{ latency: measure, cost: measure, perplexity: measure, 'perplexity-score': measure },
  'assert-set': 'is a set; write its assertions one by one',
}

function reasonOf(type: string): string | undefined {
  return Object.hasOwn(reasons, type) ? reasons[type] : undefined
}

/** The checker of an assertion, why it has none, or nothing where its type is not known. */
function checked(type: string, value: unknown): Checker | string | undefined {
  const checker = checkerOf(type, value)
  return value === undefined && checker !== undefined && !type.endsWith('-json') ? `${type} needs a value` : checker
}

function checkerOf(type: string, value: unknown): Checker | string | undefined {
  const flags = type.startsWith('i') && type !== 'is-json' ? { flags: 'iu' } : {}
  switch (type) {
    case 'equals':
      return typeof value === 'object'
        ? 'equals is read with a text or a number'
        : { kind: 'exact', values: [textOf(value)] }
    case 'contains':
    case 'icontains':
      return { kind: 'regex', all: [escaped(textOf(value))], ...flags }
    case 'contains-all':
    case 'icontains-all':
      return listOf(type, value, (texts) => ({ kind: 'regex', all: texts.map(escaped), ...flags }))
    case 'contains-any':
    case 'icontains-any':
      return listOf(type, value, (texts) => ({ kind: 'regex', all: [texts.map(escaped).join('|')], ...flags }))
    case 'starts-with':
      return { kind: 'regex', all: [`^${escaped(textOf(value))}`] }
    case 'regex':
      return pattern(textOf(value))
    case 'is-json':
      return withSchema(value, (schema) => ({ kind: 'jsonSchema', schema, strict: true }))
    case 'contains-json':
      return withSchema(value, (schema) => ({ kind: 'jsonSchema', schema, part: 'fenced' }))
    default:
      return undefined
  }
}

function negated(type: string, value: unknown): Checker | string | undefined {
  const checker = type === 'equals' ? checked('regex', `^${escaped(textOf(value))}$`) : checked(type, value)
  if (typeof checker !== 'object') return checker
  if (checker.kind !== 'regex' || checker.all?.length !== 1) return undefined
  const { all, ...rest } = checker
  return { ...rest, none: all }
}

/** A pattern, of which some are none where Unicode is taken seriously. */
function pattern(text: string): Checker | string {
  if (isPattern(text, 'u')) return { kind: 'regex', all: [text] }
  return isPattern(text, '') ? { kind: 'regex', all: [text], flags: '' } : 'is no regular expression of JavaScript'
}

function isPattern(text: string, flags: string): boolean {
  try {
    return new RegExp(text, flags) instanceof RegExp
  } catch {
    return false
  }
}

/** Texts with commas are lists there, split by rules of their own; only what is a list is taken for one. */
function listOf(type: string, value: unknown, make: (texts: readonly string[]) => Checker): Checker | string {
  if (Array.isArray(value) && value.length > 0) return make(value.map(textOf))
  return typeof value === 'string' && !value.includes(',') ? make([value]) : `${type} is read with a list of texts`
}

function withSchema(
  value: unknown,
  make: (schema: Readonly<Record<string, unknown>> | boolean) => Checker,
): Checker | string {
  if (value === undefined) return make(true)
  const schema = typeof value === 'string' ? jsonOf(value) : value
  if (typeof schema === 'object' && schema !== null && !Array.isArray(schema)) return make({ ...schema })
  return 'its value must be a JSON Schema, written here'
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
}
