import { literal, repeated } from './grammar-rules.js'
import { integerRange } from './integer-range.js'
import { type JsonPrimitives, stringFormats } from './json-primitives.js'
import { countOf, isOfType, refusal, type SchemaNode, typesOf } from './schema-node.js'

/** Whole numbers of at most 15 digits are the same in every reader of JSON. */
const largestInteger = 999_999_999_999_999

/** The values that are of the node's type, where it has one. */
export function constantsBody(node: SchemaNode, values: readonly unknown[]): string {
  const types = node.keywords['type'] === undefined ? undefined : typesOf(node)
  const fitting = values.filter((value) => types === undefined || types.some((type) => isOfType(value, type)))
  if (fitting.length === 0) throw refusal(node.path, 'must allow a value, got none of its type')
  return fitting.map((value) => literal(JSON.stringify(value))).join(' | ')
}

export function stringBody(node: SchemaNode, { character }: JsonPrimitives): string {
  const { keywords, path } = node
  const [least, most] = [countOf(node, 'minLength', 0), countOf(node, 'maxLength', Number.POSITIVE_INFINITY)]
  if (most < least) throw refusal(`${path}/maxLength`, `must not be below minLength, got ${most}`)
  const quoted = (body: string) => `${literal('"')} ${body} ${literal('"')}`
  const { format } = keywords
  if (format === undefined) return quoted(repeated(character, least, most))
  const body = typeof format === 'string' && Object.hasOwn(stringFormats, format) ? stringFormats[format] : undefined
  if (body === undefined) {
    const names = Object.keys(stringFormats).join(', ')
    throw refusal(`${path}/format`, `must be one of ${names}, got ${JSON.stringify(format)}`)
  }
  if (least > 0 || most < Number.POSITIVE_INFINITY) throw refusal(path, 'must not give a format and a length')
  return quoted(body)
}

export function integerBody(node: SchemaNode, { integer }: JsonPrimitives): string {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = bounds(node)
  if ([minimum, maximum, exclusiveMinimum, exclusiveMaximum].every((bound) => bound === undefined)) return integer
  const above = exclusiveMinimum === undefined ? -largestInteger : Math.floor(exclusiveMinimum) + 1
  const below = exclusiveMaximum === undefined ? largestInteger : Math.ceil(exclusiveMaximum) - 1
  const least = Math.max(Math.ceil(minimum ?? -largestInteger), above, -largestInteger)
  const most = Math.min(Math.floor(maximum ?? largestInteger), below, largestInteger)
  if (least > most) throw refusal(node.path, 'must allow an integer, got bounds with none between')
  return integerRange(least, most)
}

export function numberBody(node: SchemaNode, { number, nonNegativeNumber }: JsonPrimitives): string {
  const given = Object.entries(bounds(node)).filter(([, bound]) => bound !== undefined)
  if (given.length === 0) return number
  if (given.every(([keyword, bound]) => keyword === 'minimum' && bound === 0)) return nonNegativeNumber
  const [keyword = ''] = given.find(([name, bound]) => name !== 'minimum' || bound !== 0) ?? []
  throw refusal(
    `${node.path}/${keyword}`,
    `uses the keyword ${keyword} on numbers that need not be whole: a grammar keeps no such bound but "minimum": 0`,
  )
}

type Bounds = Readonly<Record<'minimum' | 'maximum' | 'exclusiveMinimum' | 'exclusiveMaximum', number | undefined>>

function bounds({ keywords, path }: SchemaNode): Bounds {
  const bound = (keyword: keyof Bounds) => {
    const value = keywords[keyword]
    if (value === undefined || (typeof value === 'number' && Number.isFinite(value))) return value
    throw refusal(`${path}/${keyword}`, `must be a number, got ${JSON.stringify(value)}`)
  }
  return {
    minimum: bound('minimum'),
    maximum: bound('maximum'),
    exclusiveMinimum: bound('exclusiveMinimum'),
    exclusiveMaximum: bound('exclusiveMaximum'),
  }
}
