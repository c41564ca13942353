import { Document, isCollection, isMap, isSeq } from 'yaml'
import type { Registry } from './registry.js'

/** Options of {@link formatRegistry}. */
export interface FormatRegistryOptions {
  /**
   * Where the JSON Schema lies, seen from the file: editors that know it check the file while it is written.
   * @defaultValue no schema is named
   */
  readonly schema?: string
}

/** Writes a registry as YAML, each entry on a line, so that a change of one is a change of one line. */
export function formatRegistry(registry: Registry, options: FormatRegistryOptions = {}): string {
  const document = new Document(registry, { aliasDuplicateObjects: false })
  if (isMap(document.contents)) for (const { value } of document.contents.items) layOut(value)
  const { schema } = options
  const head = schema === undefined ? '' : `# yaml-language-server: $schema=${schema}\n`
  return head + document.toString({ lineWidth: 0 })
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
