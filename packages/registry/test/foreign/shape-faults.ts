/** What values may look like: the part of JSON Schema that the shapes of other programs need. */
export interface Shape {
  readonly type?: 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean'
  readonly properties?: Readonly<Record<string, Shape>>
  readonly required?: readonly string[]
  /** For names that `properties` lacks; where it is absent there may be none. */
  readonly others?: Shape
  readonly items?: Shape
  readonly pattern?: string
  readonly oneOf?: readonly (string | number | boolean)[]
  readonly minimum?: number
  readonly maxLength?: number
  readonly minLength?: number
}

/** Everything about a value that its shape does not allow, each with its place. */
export function shapeFaults(value: unknown, shape: Shape, place = ''): readonly string[] {
  const { type, oneOf, minimum = Number.NEGATIVE_INFINITY } = shape
  const at = place === '' ? 'it' : place
  if (type !== undefined && typeOf(value) !== type && !(type === 'number' && typeOf(value) === 'integer')) {
    return [`${at} is no ${type}`]
  }
  if (oneOf !== undefined && !oneOf.some((one) => one === value)) return [`${at} is none of ${oneOf.join(', ')}`]
  if (typeof value === 'number') return value < minimum ? [`${at} is below ${minimum}`] : []
  if (typeof value === 'string') return textFaults(value, shape, at)
  if (Array.isArray(value))
    return value.flatMap((one, index) => shapeFaults(one, shape.items ?? {}, `${place}/${index}`))
  return typeof value === 'object' && value !== null ? objectFaults(value, shape, place) : []
}

function textFaults(text: string, { pattern, minLength = 0, maxLength = Number.POSITIVE_INFINITY }: Shape, at: string) {
  if (text.length < minLength || text.length > maxLength) return [`${at} has ${text.length} characters`]
  return pattern === undefined || new RegExp(pattern).test(text) ? [] : [`${at} does not match ${pattern}`]
}

function objectFaults(value: object, { properties = {}, required = [], others }: Shape, place: string) {
  const missing = required.filter((name) => !Object.hasOwn(value, name)).map((name) => `${place}/${name} is missing`)
  const wrong = Object.entries(value).flatMap(([name, one]) => {
    const shape = Object.hasOwn(properties, name) ? properties[name] : others
    return shape === undefined ? [`${place}/${name} is not known`] : shapeFaults(one, shape, `${place}/${name}`)
  })
  return [...missing, ...wrong]
}

function typeOf(value: unknown): string {
  if (Array.isArray(value)) return 'array'
  if (Number.isInteger(value)) return 'integer'
  return value === null ? 'null' : typeof value
}
