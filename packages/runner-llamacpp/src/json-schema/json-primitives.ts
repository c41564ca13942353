import { type GrammarRules, literal } from './grammar-rules.js'

/** The parts of JSON, as names of rules; digits and white space are bounded, so that a model cannot go on with them for ever. */
export interface JsonPrimitives {
  readonly space: string
  readonly character: string
  readonly string: string
  readonly integer: string
  readonly number: string
  readonly nonNegativeNumber: string
  readonly boolean: string
  readonly null: string
  readonly array: string
  readonly object: string
  /** Anything. */
  readonly value: string
}

export function jsonPrimitives(rules: GrammarRules): JsonPrimitives {
  const rule = (name: string, body: string) => {
    rules.complete(rules.reserve(name), body)
    return name
  }
  const value = rules.reserve('value')
  const space = rule('space', '(" " | "\\n"{1,2} [ \\t]{0,20})?')
  const character = rule('character', '[^"\\\\\\x00-\\x1F] | "\\\\" (["\\\\/bfnrt] | "u" [0-9a-fA-F]{4})')
  const string = rule('string', `${literal('"')} ${character}* ${literal('"')}`)
  const whole = rule('whole', '"0" | [1-9] [0-9]{0,20}')
  const fraction = rule('fraction', '("." [0-9]{1,24})? ([eE] [-+]? [0-9]{1,3})?')
  const member = `${string} ":" ${space} ${value}`
  const primitives = {
    space,
    character,
    string,
    integer: rule('integer', `"-"? ("0" | [1-9] [0-9]{0,14})`),
    number: rule('number', `"-"? ${whole} ${fraction}`),
    nonNegativeNumber: rule('non-negative-number', `${whole} ${fraction}`),
    boolean: rule('boolean', '"true" | "false"'),
    null: rule('null', '"null"'),
    array: rule('array', `"[" ${space} (${value} ("," ${space} ${value})* ${space})? "]"`),
    object: rule('object', `"{" ${space} (${member} ("," ${space} ${member})* ${space})? "}"`),
    value,
  }
  rules.complete(value, 'object | array | string | number | boolean | null')
  return primitives
}

/** Formats of strings, without the quotes. */
export const stringFormats: Readonly<Record<string, string>> = formats()

function formats(): Record<string, string> {
  const date = '[0-9]{4} "-" ("0" [1-9] | "1" [0-2]) "-" ("0" [1-9] | [12] [0-9] | "3" [01])'
  const clock = '([01] [0-9] | "2" [0-3]) ":" [0-5] [0-9]'
  const time = `${clock} ":" [0-5] [0-9] ("." [0-9]{1,9})? ("Z" | [-+] ${clock})`
  const hex = (digits: number) => `[0-9a-f]{${digits}}`
  const uuid = [8, 4, 4, 4, 12].map(hex).join(' "-" ')
  return { date, time, 'date-time': `${date} "T" ${time}`, uuid }
}
