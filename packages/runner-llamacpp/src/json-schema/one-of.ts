import { isOfType, type JsonType, refusal, type SchemaNode, schemaNode, typesOf } from './schema-node.js'
import { pointedAt } from './schema-pointer.js'

/** Throws unless no value can fit two of the schemas: a grammar can keep "any of", not "exactly one". */
export function assertApart(root: unknown, schemas: readonly unknown[], path: string): void {
  const nodes = schemas.map((schema, index) => resolved(root, schemaNode(schema, `${path}/oneOf/${index}`)))
  for (const [index, one] of nodes.entries())
    for (const other of nodes.slice(index + 1))
      if (!areApart(root, one, other))
        throw refusal(`${path}/oneOf`, `must have schemas of which no value fits two; use anyOf where that is meant`)
}

function areApart(root: unknown, one: SchemaNode, other: SchemaNode): boolean {
  const [values, others] = [valuesOf(one), valuesOf(other)]
  if (values !== undefined && others !== undefined)
    return values.every((value) => !others.some((two) => JSON.stringify(two) === JSON.stringify(value)))
  const [types, otherTypes] = [possibleTypes(one), possibleTypes(other)]
  const shared = types.filter((type) => otherTypes.includes(type))
  if (types.length > 0 && otherTypes.length > 0 && shared.length === 0) return true
  return shared.length === 1 && shared[0] === 'object' && haveDiscriminator(root, one, other)
}

/** Whether both require a property whose values differ. */
function haveDiscriminator(root: unknown, one: SchemaNode, other: SchemaNode): boolean {
  const properties = requiredProperties(one)
  const others = requiredProperties(other)
  return Object.keys(properties).some((name) => {
    if (!Object.hasOwn(others, name)) return false
    const [first, second] = [properties[name], others[name]].map((schema, index) => {
      const isObject = typeof schema === 'object' && schema !== null
      return isObject
        ? resolved(root, schemaNode(schema, `${[one, other][index]?.path}/properties/${name}`))
        : undefined
    })
    const [values, otherValues] = [first && valuesOf(first), second && valuesOf(second)]
    if (values === undefined || otherValues === undefined) return false
    return values.every((value) => !otherValues.some((two) => JSON.stringify(two) === JSON.stringify(value)))
  })
}

function requiredProperties({ keywords }: SchemaNode): Readonly<Record<string, unknown>> {
  const { properties, required } = keywords
  if (typeof properties !== 'object' || properties === null || !Array.isArray(required)) return {}
  return Object.fromEntries(Object.entries(properties).filter(([name]) => required.includes(name)))
}

function valuesOf({ keywords }: SchemaNode): readonly unknown[] | undefined {
  if (keywords['const'] !== undefined) return [keywords['const']]
  return Array.isArray(keywords['enum']) ? keywords['enum'] : undefined
}

/** Types of the values that fit, a number's as `number` only; empty where any will do. */
function possibleTypes(node: SchemaNode): readonly JsonType[] {
  const kinds: readonly JsonType[] = ['object', 'array', 'string', 'number', 'boolean', 'null']
  const values = valuesOf(node)
  if (values !== undefined) return kinds.filter((type) => values.some((value) => isOfType(value, type)))
  return typesOf(node).map((type) => (type === 'integer' ? 'number' : type))
}

/** Behind references; a chain of them that never ends is left to the converter. */
function resolved(root: unknown, node: SchemaNode): SchemaNode {
  let present = node
  for (let steps = 0; steps < 16 && present.keywords['$ref'] !== undefined; steps++) {
    const path = String(present.keywords['$ref'])
    present = schemaNode(pointedAt(root, present.keywords['$ref'], `${present.path}/$ref`), path)
  }
  return present
}
