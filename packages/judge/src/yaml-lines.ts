import { SpeculationError } from '@foretoken/contract'
import { type Document, isCollection, isMap, isNode, isScalar, LineCounter, parseDocument, visit } from 'yaml'
import type { z } from 'zod'
import { tooDeepLine } from './yaml-nesting.js'

/** Where YAML text comes from, and how much of it is read. */
export interface YamlSource {
  /** Named in errors, such as a file's path. */
  readonly name: string
  /** Most characters that are read. */
  readonly maxCharacters: number
}

/** A suite needs six. */
const MOST_LEVELS = 64

/** The value of YAML text that fits the schema; otherwise `ERR_OPTION_INVALID` with every fault and its line. */
export function parseYaml<Value>(text: string, schema: z.ZodType<Value>, source: YamlSource): Value {
  if (text.length > source.maxCharacters) {
    throw invalid(source, [`has ${text.length} characters, at most ${source.maxCharacters} are read`])
  }
  // The parser calls itself for each level.
  const deep = tooDeepLine(text, MOST_LEVELS)
  if (deep !== undefined) throw invalid(source, [`:${deep}: it is nested too deeply`])
  const lines = new LineCounter()
  // The core schema has no tag that makes anything but plain data. Repeated keys are found below: the library compares each key
  // with every other.
  const document = parseDocument(text, { lineCounter: lines, schema: 'core', uniqueKeys: false, prettyErrors: false })
  const [error] = document.errors
  if (error) throw invalid(source, [`:${lines.linePos(error.pos[0]).line}: ${faultOf(error.message)}`])
  const repeated = repeatedKey(document)
  if (repeated) throw invalid(source, [`:${lines.linePos(repeated.offset).line}: "${repeated.name}" stands twice`])
  const value: unknown = aliasesExpanded(document, source)
  const result = schema.safeParse(value)
  if (result.success) return result.data
  throw invalid(
    source,
    result.error.issues.slice(0, 20).map((issue) => {
      const [key] = issue.code === 'unrecognized_keys' ? issue.keys : []
      const path = key === undefined ? issue.path : [...issue.path, key]
      return `:${lines.linePos(offsetOf(document, path)).line}: ${path.map(String).join('.')}: ${issue.message}`
    }),
  )
}

/** The parser reports that its stack is full like any other fault. */
function faultOf(message: string): string {
  return message.includes('call stack') ? 'it is nested too deeply' : message
}

function repeatedKey(document: Document): { readonly name: string; readonly offset: number } | undefined {
  let found: { readonly name: string; readonly offset: number } | undefined
  visit(document, {
    Map(_, { items }) {
      const seen = new Set<unknown>()
      for (const { key } of items) {
        if (!isScalar(key)) continue
        if (seen.has(key.value)) {
          found = { name: String(key.value), offset: key.range?.[0] ?? 0 }
          return visit.BREAK
        }
        seen.add(key.value)
      }
    },
  })
  return found
}

function aliasesExpanded(document: Document, source: YamlSource): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 })
  } catch (cause) {
    throw invalid(source, [`: ${cause instanceof Error ? cause.message : String(cause)}`])
  }
}

/** Offset of the deepest node on the way that is there: the one a reader should look at. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  let node: unknown = document.contents
  let offset = isNode(node) ? (node.range?.[0] ?? 0) : 0
  for (const key of path) {
    if (!isCollection(node)) break
    const pair = isMap(node) ? node.items.find(({ key: own }) => isScalar(own) && own.value === key) : undefined
    const next = pair ? (pair.key as unknown) : node.get(key, true)
    if (isNode(next)) offset = next.range?.[0] ?? offset
    node = pair ? pair.value : next
  }
  return offset
}

function invalid(source: YamlSource, faults: readonly string[]): SpeculationError {
  const message = faults.map((fault) => `${source.name}${fault.startsWith(':') ? '' : ' '}${fault}`).join('\n')
  return new SpeculationError('ERR_OPTION_INVALID', message, { details: { source: source.name, faults } })
}
