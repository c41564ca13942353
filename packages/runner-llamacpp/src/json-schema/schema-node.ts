import { SpeculationError } from '@foretoken/contract'

export const jsonTypes = ['object', 'array', 'string', 'integer', 'number', 'boolean', 'null'] as const
export type JsonType = (typeof jsonTypes)[number]

/** Keywords that only say something to readers. */
const annotations = new Set([
  '$schema',
  '$id',
  '$comment',
  '$defs',
  'definitions',
  'title',
  'description',
  'default',
  'examples',
  'deprecated',
  'readOnly',
  'writeOnly',
])

/** Keywords of each type; those of a type that is not meant say nothing, as JSON Schema has it. */
const typeKeywords: Readonly<Record<string, readonly JsonType[]>> = {
  properties: ['object'],
  required: ['object'],
  additionalProperties: ['object'],
  items: ['array'],
  prefixItems: ['array'],
  minItems: ['array'],
  maxItems: ['array'],
  minLength: ['string'],
  maxLength: ['string'],
  format: ['string'],
  minimum: ['integer', 'number'],
  maximum: ['integer', 'number'],
  exclusiveMinimum: ['integer', 'number'],
  exclusiveMaximum: ['integer', 'number'],
}

/** Keywords beside which no other may stand, except annotations and (for the last two) `type`. */
const aloneKeywords = ['$ref', 'anyOf', 'oneOf', 'allOf', 'enum', 'const'] as const

/** One object of a schema, its keywords checked, and where it stands. */
export interface SchemaNode {
  readonly keywords: Readonly<Record<string, unknown>>
  /** JSON pointer, `#` for the whole. */
  readonly path: string
}

export function schemaNode(schema: unknown, path: string): SchemaNode {
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema))
    throw refusal(path, `must be a schema, got ${JSON.stringify(schema)}`)
  const node = { keywords: schema as Readonly<Record<string, unknown>>, path }
  const alone = aloneKeywords.find((keyword) => Object.hasOwn(schema, keyword))
  for (const keyword of Object.keys(schema)) {
    const isKnown =
      keyword === 'type' || keyword === alone || Object.hasOwn(typeKeywords, keyword) || annotations.has(keyword)
    if (!isKnown && !isHarmless(keyword, node.keywords[keyword]))
      throw refusal(`${path}/${escaped(keyword)}`, `uses the keyword ${keyword}, which a grammar cannot keep`)
    const mayStand = keyword === 'type' ? alone === 'enum' || alone === 'const' : annotations.has(keyword)
    if (alone !== undefined && keyword !== alone && !mayStand)
      throw refusal(`${path}/${escaped(keyword)}`, `must not stand beside ${alone}: put both into one schema`)
  }
  return node
}

/** The types that a value may have: those named, or those that the keywords are about; empty where any will do. */
export function typesOf({ keywords, path }: SchemaNode): readonly JsonType[] {
  const { type } = keywords
  if (type === undefined) {
    const meant = Object.keys(keywords).flatMap((keyword) => typeKeywords[keyword] ?? [])
    return jsonTypes.filter((one) => meant.includes(one))
  }
  const types: readonly unknown[] = Array.isArray(type) ? type : [type]
  const unknown = types.find((one) => !jsonTypes.includes(one as JsonType))
  if (unknown !== undefined || types.length === 0)
    throw refusal(`${path}/type`, `must be of ${jsonTypes.join(', ')}, got ${JSON.stringify(unknown ?? types)}`)
  return jsonTypes.filter((one) => types.includes(one) && !(one === 'integer' && types.includes('number')))
}

/** A keyword's number of things. */
export function countOf({ keywords, path }: SchemaNode, keyword: string, fallback: number): number {
  const value = keywords[keyword] ?? fallback
  // What llama.cpp's grammars take as the most repetitions.
  const isCount = typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 2_000
  if (isCount || value === fallback) return value as number
  throw refusal(`${path}/${keyword}`, `must be an integer from 0 to 2000, got ${JSON.stringify(value)}`)
}

export function listOf({ keywords, path }: SchemaNode, keyword: string): readonly unknown[] {
  const value = keywords[keyword]
  if (value === undefined) return []
  if (Array.isArray(value) && (value.length > 0 || keyword === 'required')) return value
  throw refusal(`${path}/${keyword}`, `must be a list that is not empty, got ${JSON.stringify(value)}`)
}

/** What an object's properties are, and which of them have to be there. */
export function propertiesOf(node: SchemaNode): {
  readonly properties: Readonly<Record<string, unknown>>
  readonly required: ReadonlySet<unknown>
} {
  const { keywords, path } = node
  const properties = keywords['properties'] ?? {}
  if (typeof properties !== 'object' || Array.isArray(properties))
    throw refusal(`${path}/properties`, `must be an object of schemas, got ${JSON.stringify(properties)}`)
  const required = listOf(node, 'required')
  const missing = required.find((name) => typeof name !== 'string' || !Object.hasOwn(properties, name))
  if (missing !== undefined)
    throw refusal(`${path}/required`, `must name properties of the schema, got ${JSON.stringify(missing)}`)
  return { properties: properties as Readonly<Record<string, unknown>>, required: new Set(required) }
}

export function isOfType(value: unknown, type: JsonType): boolean {
  if (type === 'null') return value === null
  if (type === 'array') return Array.isArray(value)
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value)
  return type === 'integer' ? Number.isInteger(value) : typeof value === type
}

export function refusal(path: string, words: string): SpeculationError {
  return new SpeculationError('ERR_OPTION_INVALID', `the JSON schema at ${path} ${words}`, { details: { path } })
}

/** A step of a JSON pointer. */
export function escaped(step: string): string {
  return step.replaceAll('~', '~0').replaceAll('/', '~1')
}

/** What is written out although it changes nothing. */
function isHarmless(keyword: string, value: unknown): boolean {
  return (
    (keyword === 'uniqueItems' && value === false) ||
    ((keyword === 'minProperties' || keyword === 'minContains') && value === 0) ||
    (keyword === 'patternProperties' && JSON.stringify(value) === '{}')
  )
}
