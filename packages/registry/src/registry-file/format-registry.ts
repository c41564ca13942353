import { Document, isCollection, isMap, isSeq } from 'yaml'
import type { Registry } from './registry.js'

/** Editors that know the schema check a file while it is written. */
const SCHEMA_LINE = '# yaml-language-server: $schema=../schemas/registry.schema.json\n'

/** Writes a registry as YAML, each entry on a line, so that a change of one is a change of one line. */
export function formatRegistry(registry: Registry): string {
  const document = new Document(registry, { aliasDuplicateObjects: false })
  if (isMap(document.contents)) for (const { value } of document.contents.items) layOut(value)
  return SCHEMA_LINE + document.toString({ lineWidth: 0 })
}

/** An entry goes on one line, unless it holds a list of entries: then these do. */
function layOut(node: unknown): void {
  if (!isCollection(node)) return
  if (isMap(node) ? node.items.some(({ value }) => holdsEntries(value)) : holdsEntries(node))
    for (const item of node.items) layOut(isMap(node) ? (item as { value: unknown }).value : item)
  else node.flow = true
}

function holdsEntries(node: unknown): boolean {
  return isSeq(node) && node.items.some(isMap)
}
