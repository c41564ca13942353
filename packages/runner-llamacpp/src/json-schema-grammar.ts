import { SchemaConverter } from './json-schema/schema-converter.js'

/**
 * A grammar (GBNF, as llama.cpp reads it) of the JSON texts that fit a JSON Schema.
 *
 * It is for writing, so it keeps to one spelling: properties come in the order of the schema, none but those it names unless
 * `additionalProperties` is there, and a tuple is written whole. What a grammar cannot keep, as `pattern` or `uniqueItems`,
 * is refused with `ERR_OPTION_INVALID` naming the keyword and its JSON pointer, never passed over.
 */
export function jsonSchemaGrammar(schema: unknown): string {
  return new SchemaConverter(schema).grammar()
}
