import fc from 'fast-check'

type Keywords = Readonly<Record<string, unknown>>

/** A schema and a value that fits it, made together. */
export interface Fitting {
  readonly schema: Keywords
  readonly value: unknown
}

/**
 * Whether a value fits, by JSON Schema's own definitions and the converter's restrictions: properties in the schema's order,
 * none but those it names unless `additionalProperties` is there, integers of at most 15 digits.
 */
export function fits(schema: unknown, value: unknown): boolean {
  if (typeof schema === 'boolean') return schema
  const { type, anyOf, enum: values } = schema as Keywords
  if (Array.isArray(anyOf)) return anyOf.some((one) => fits(one, value))
  if (Array.isArray(values)) return values.some((one) => JSON.stringify(one) === JSON.stringify(value))
  if (type === 'object') return fitsObject(schema as Keywords, value)
  if (type === 'array') return fitsArray(schema as Keywords, value)
  if (type === 'string')
    return typeof value === 'string' && isBetween(Array.from(value).length, schema as Keywords, 'Length')
  if (type === 'integer') return isInteger(value) && isBetween(value, schema as Keywords, 'imum')
  if (type === 'null') return value === null
  return type === undefined || typeof value === type
}

function fitsObject(schema: Keywords, value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const { properties = {}, required = [], additionalProperties } = schema
  const known = Object.entries(properties as Keywords)
  const names = Object.keys(value)
  const order = names.map((name) => known.findIndex(([one]) => one === name)).map((at) => (at < 0 ? known.length : at))
  const isOrdered = order.every((at, index) => index === 0 || at >= (order[index - 1] ?? 0))
  const extra = additionalProperties ?? known.length === 0
  return (
    isOrdered &&
    (required as readonly string[]).every((name) => Object.hasOwn(value, name)) &&
    Object.entries(value).every(([name, one]) => fits(known.find(([other]) => other === name)?.[1] ?? extra, one))
  )
}

function fitsArray(schema: Keywords, value: unknown): boolean {
  const { prefixItems = [], items } = schema
  const prefix = prefixItems as readonly unknown[]
  if (!Array.isArray(value) || value.length < prefix.length || !isBetween(value.length, schema, 'Items')) return false
  return value.every((one, index) => fits(prefix[index] ?? items ?? prefix.length === 0, one))
}

function isInteger(value: unknown): value is number {
  return Number.isInteger(value) && Math.abs(Number(value)) < 1e15
}

/** `minLength`, `maximum` and their like. */
function isBetween(size: number, schema: Keywords, suffix: string): boolean {
  const [least = Number.NEGATIVE_INFINITY, most = Number.POSITIVE_INFINITY] = [`min${suffix}`, `max${suffix}`].map(
    (keyword) => schema[keyword] as number | undefined,
  )
  return size >= least && size <= most
}

const text = fc.string({ unit: fc.constantFrom('a', 'b', '"', '\\', '\n', 'ß', '€', ' '), maxLength: 5 })
const names = fc.uniqueArray(fc.constantFrom('a', 'ab', 'abc', 'b', 'c]', 'd-', '"', '€', '^x'), { maxLength: 5 })

const strings: fc.Arbitrary<Fitting> = fc
  .record({ value: text, below: fc.nat(3), above: fc.nat(3), isBound: fc.boolean() })
  .map(({ value, below, above, isBound }) => {
    const { length } = Array.from(value)
    const bounds = { minLength: Math.max(0, length - below), maxLength: length + above }
    return { schema: isBound ? { type: 'string', ...bounds } : { type: 'string' }, value }
  })

const integer = fc.oneof(fc.integer({ min: -120, max: 1_200 }), fc.integer({ min: -1e14, max: 1e14 }))
const integers: fc.Arbitrary<Fitting> = fc
  .record({ value: integer, below: fc.option(fc.nat(2_000)), above: fc.option(fc.nat(2_000)) })
  .map(({ value, below, above }) => ({
    schema: {
      type: 'integer',
      ...(below === null ? {} : { minimum: value - below }),
      ...(above === null ? {} : { maximum: value + above }),
    },
    value: value + 0,
  }))

/** As JSON can say them: without −0, infinities and NaN. */
const numbers: fc.Arbitrary<Fitting> = fc
  .double({ noNaN: true, noDefaultInfinity: true })
  .map((value) => ({ schema: { type: 'number' }, value: value === 0 ? 0 : value }))

const constants: fc.Arbitrary<Fitting> = fc
  .array(fc.oneof(text, fc.integer(), fc.boolean(), fc.constant(null)), { minLength: 1, maxLength: 4 })
  .map((values) => ({ schema: { enum: values }, value: values[0] }))

/** Schemas of all kinds, two or three levels deep. */
export const fittings: fc.Arbitrary<Fitting> = fc.letrec<{ readonly any: Fitting }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.oneof(strings, integers, numbers, constants, fc.jsonValue({ maxDepth: 1 }).map(anything)),
    objects(tie('any')),
    arrays(tie('any')),
    fc.tuple(tie('any'), tie('any')).map(([one, other]) => ({ ...one, schema: { anyOf: [other.schema, one.schema] } })),
  ),
})).any

function anything(value: unknown): Fitting {
  return { schema: {}, value: JSON.parse(JSON.stringify(value)) }
}

function objects(part: fc.Arbitrary<Fitting>): fc.Arbitrary<Fitting> {
  const members = names.chain((keys) =>
    fc.tuple(
      ...keys.map((name) =>
        fc.record({ name: fc.constant(name), part, isThere: fc.boolean(), isRequired: fc.boolean() }),
      ),
    ),
  )
  const extra = fc.option(fc.record({ part, isThere: fc.boolean() }))
  return fc.tuple(members, extra).map(([all, more]) => {
    const present = all.filter(({ isThere, isRequired }) => isThere || isRequired)
    const value = Object.fromEntries(present.map((one) => [one.name, one.part.value]))
    return {
      schema: {
        type: 'object',
        properties: Object.fromEntries(all.map((one) => [one.name, one.part.schema])),
        required: all.filter(({ isRequired }) => isRequired).map(({ name }) => name),
        additionalProperties: more === null ? false : more.part.schema,
      },
      value: more?.isThere ? { ...value, abz: more.part.value } : value,
    }
  })
}

function arrays(part: fc.Arbitrary<Fitting>): fc.Arbitrary<Fitting> {
  const repeatedItem = fc.record({ part, count: fc.nat(4), below: fc.nat(2), above: fc.nat(2) }).map((one) => ({
    schema: {
      type: 'array',
      items: one.part.schema,
      minItems: Math.max(0, one.count - one.below),
      maxItems: one.count + one.above,
    },
    value: new Array(one.count).fill(one.part.value),
  }))
  const tuples = fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => ({
    schema: { type: 'array', prefixItems: parts.map(({ schema }) => schema), items: false },
    value: parts.map(({ value }) => value),
  }))
  return fc.oneof(repeatedItem, tuples)
}
