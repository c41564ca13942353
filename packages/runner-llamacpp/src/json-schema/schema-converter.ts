import { GrammarRules, literal, repeated } from './grammar-rules.js'
import { type JsonPrimitives, jsonPrimitives } from './json-primitives.js'
import { assertApart } from './one-of.js'
import { otherKey } from './other-key.js'
import { constantsBody, integerBody, numberBody, stringBody } from './scalar-rules.js'
import {
  countOf,
  escaped,
  type JsonType,
  listOf,
  propertiesOf,
  refusal,
  type SchemaNode,
  schemaNode,
  typesOf,
} from './schema-node.js'
import { pointedAt } from './schema-pointer.js'

/** llama.cpp's parser of grammars goes as deep as the grammar. */
const deepest = 64
/** What the native engine takes at most, with room for the rules that one schema may add. */
const mostRules = 4_000

/** Where the conversion stands. */
interface Place {
  readonly depth: number
  /** References that were followed since the last character of text: one of them again would never end. */
  readonly open: readonly string[]
}

/** Turns one schema into the rules of a grammar. */
export class SchemaConverter {
  readonly #root: unknown
  readonly #rules = new GrammarRules()
  readonly #primitives: JsonPrimitives
  /** Rules of what references point at, by pointer. */
  readonly #references = new Map<string, string>()

  constructor(root: unknown) {
    this.#root = root
    this.#rules.reserve('root')
    this.#primitives = jsonPrimitives(this.#rules)
  }

  grammar(): string {
    this.#rules.complete('root', this.#rule(this.#root, '#', { depth: 0, open: [] }))
    return this.#rules.toString()
  }

  /** The name of the rule of a schema. */
  #rule(schema: unknown, path: string, place: Place): string {
    if (place.depth > deepest) throw refusal(path, `must not nest deeper than ${deepest}`)
    if (this.#rules.size > mostRules) throw refusal(path, `must not need more than ${mostRules} rules: it is too large`)
    if (schema === true) return this.#primitives.value
    if (schema === false) throw refusal(path, 'must allow something, got false')
    return this.#rules.define(this.#body(schemaNode(schema, path), { ...place, depth: place.depth + 1 }))
  }

  #body(node: SchemaNode, place: Place): string {
    const { keywords } = node
    if (keywords['$ref'] !== undefined) return this.#reference(node, place)
    if (keywords['const'] !== undefined) return constantsBody(node, [keywords['const']])
    if (keywords['enum'] !== undefined) return constantsBody(node, listOf(node, 'enum'))
    for (const keyword of ['anyOf', 'oneOf', 'allOf'])
      if (keywords[keyword] !== undefined) return this.#union(node, keyword, place)
    const types = typesOf(node)
    if (types.length === 0) return this.#primitives.value
    return types.map((type) => this.#typed(type, node, { ...place, open: [] })).join(' | ')
  }

  #reference({ keywords, path }: SchemaNode, place: Place): string {
    const pointer = keywords['$ref']
    const target = pointedAt(this.#root, pointer, `${path}/$ref`)
    const name = String(pointer)
    if (place.open.includes(name))
      throw refusal(`${path}/$ref`, `must lead somewhere, got ${name} that leads to itself`)
    const known = this.#references.get(name)
    if (known !== undefined) return known
    // Named before it is written, since it may hold itself.
    const reserved = this.#rules.reserve()
    this.#references.set(name, reserved)
    this.#rules.complete(reserved, this.#rule(target, name, { ...place, open: [...place.open, name] }))
    return reserved
  }

  #union(node: SchemaNode, keyword: string, place: Place): string {
    const { path } = node
    const schemas = listOf(node, keyword)
    if (keyword === 'oneOf') assertApart(this.#root, schemas, path)
    if (keyword === 'allOf' && schemas.length > 1)
      throw refusal(`${path}/allOf`, 'uses the keyword allOf with more than one schema: put them into one')
    return schemas.map((one, index) => this.#rule(one, `${path}/${keyword}/${index}`, place)).join(' | ')
  }

  #typed(type: JsonType, node: SchemaNode, place: Place): string {
    if (type === 'object') return this.#object(node, place)
    if (type === 'array') return this.#array(node, place)
    if (type === 'string') return stringBody(node, this.#primitives)
    if (type === 'integer') return integerBody(node, this.#primitives)
    if (type === 'number') return numberBody(node, this.#primitives)
    return this.#primitives[type]
  }

  /** Two rules a property: for what may follow when something stands before it, and when nothing does. */
  #object(node: SchemaNode, place: Place): string {
    const { space, object, string } = this.#primitives
    const { path } = node
    const { properties, required } = propertiesOf(node)
    const names = Object.keys(properties)
    const extra = node.keywords['additionalProperties'] ?? names.length === 0
    if (names.length === 0 && extra === true) return object
    let after = space
    let first = '""'
    if (extra !== false) {
      const key = names.length === 0 ? string : otherKey(this.#rules, this.#primitives.character, names)
      const member = `${key} ":" ${space} ${this.#rule(extra, `${path}/additionalProperties`, place)}`
      after = `("," ${space} ${member})* ${space}`
      first = `(${member} ${after})?`
    }
    for (const name of names.toReversed()) {
      const value = this.#rule(properties[name], `${path}/properties/${escaped(name)}`, place)
      const member = `${literal(JSON.stringify(name))} ":" ${space} ${value}`
      const [afterName, firstName] = [this.#rules.define(after), this.#rules.define(first)]
      after = `"," ${space} ${member} ${afterName}${required.has(name) ? '' : ` | ${afterName}`}`
      first = `${member} ${afterName}${required.has(name) ? '' : ` | ${firstName}`}`
    }
    return `"{" ${space} ${this.#rules.define(first)} "}"`
  }

  #array(node: SchemaNode, place: Place): string {
    const { space } = this.#primitives
    const { keywords, path } = node
    const prefix = listOf(node, 'prefixItems').map((one, index) =>
      this.#rule(one, `${path}/prefixItems/${index}`, place),
    )
    const [least, most] = [countOf(node, 'minItems', 0), countOf(node, 'maxItems', Number.POSITIVE_INFINITY)]
    if (most < Math.max(least, prefix.length))
      throw refusal(`${path}/maxItems`, `must not be below minItems and the prefixItems, got ${most}`)
    const items = keywords['items'] ?? (prefix.length === 0 || least > prefix.length)
    if (items === false && least > prefix.length) throw refusal(`${path}/minItems`, `must fit items, got ${least}`)
    if (prefix.length === 0 && (items === false || most === 0)) return `"[" ${space} "]"`
    const item = items === false ? '""' : this.#rule(items, `${path}/items`, place)
    const written = prefix.length === 0 ? [item] : prefix
    const further = items === false ? 0 : most - written.length
    const more = repeated(
      this.#rules.define(`"," ${space} ${item}`),
      Math.max(0, least - written.length),
      Math.max(0, further),
    )
    const list = `${written.join(` "," ${space} `)} ${more} ${space}`
    return `"[" ${space} (${list})${prefix.length === 0 && least === 0 ? '?' : ''} "]"`
  }
}
