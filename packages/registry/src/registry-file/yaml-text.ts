import {
  isAlias,
  isCollection,
  isMap,
  isScalar,
  Lexer,
  LineCounter,
  type Node,
  type ParsedNode,
  parseDocument,
} from 'yaml'

/** Something that is wrong in a text, and where. */
export interface TextIssue {
  /** First line is 1. */
  readonly line: number
  /** First column is 1. */
  readonly column: number
  /** Names and indices that lead to the place, e.g. `models.3.id`; empty for the whole text. */
  readonly path: string
  readonly message: string
}

/** A text that was read, and where everything in it stands. */
export interface YamlText {
  readonly value: unknown
  /** The place of the value at a path, or of the nearest one around it. */
  readonly issueAt: (path: readonly PropertyKey[], message: string) => TextIssue
}

/** Largest text that is read, in bytes; the registry of a thousand measurements takes a fifth of it. */
export const MAX_YAML_BYTES: number = 2 * 2 ** 20
/** A registry needs seven levels. */
const MAX_DEPTH = 24
const MAX_INDENT = 4 * MAX_DEPTH
/** Words, brackets and spaces; a registry of a thousand measurements has 140 thousand. */
const MAX_TOKENS = 800_000

/**
 * Reads YAML that may come from anybody: no aliases, no tags, no key twice, of bounded size and depth. Returns what is wrong,
 * or the value.
 */
export function readYaml(text: string): YamlText | readonly TextIssue[] {
  if (Buffer.byteLength(text) > MAX_YAML_BYTES)
    return [{ line: 1, column: 1, path: '', message: `the text is larger than ${MAX_YAML_BYTES} bytes` }]
  const beyond = beyondLimits(text)
  if (beyond !== undefined) return [beyond]
  const lines = new LineCounter()
  // Twice the same key is looked for below: the library compares each key with every other.
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: false, stringKeys: true, prettyErrors: false })
  const at = (offset: number, path: readonly PropertyKey[], message: string): TextIssue => {
    const { line, col } = lines.linePos(offset)
    return { line, column: col, path: oneLine(path.map(String).join('.')), message: oneLine(message) }
  }
  const faults = [...document.errors, ...document.warnings].map(({ pos, message }) => at(pos[0], [], message))
  if (faults.length > 0) return faults.slice(0, 100)
  const root = document.contents
  const issues = root === null ? [at(0, [], 'it holds nothing')] : nodeIssues(root, at)
  if (issues.length > 0) return issues
  const child = children()
  return {
    value: document.toJS(),
    issueAt: (path, message) => at(offsetOf(root, path, child), path, message),
  }
}

/** Names in a text may hold line ends, which would make two issues of one. */
function oneLine(words: string): string {
  return words.replace(/\r\n|[\n\r\u2028\u2029]/g, '↵')
}

type At = (offset: number, path: readonly PropertyKey[], message: string) => TextIssue

function nodeIssues(root: ParsedNode, at: At): TextIssue[] {
  const issues: TextIssue[] = []
  const pending: { readonly node: unknown; readonly path: readonly PropertyKey[] }[] = [{ node: root, path: [] }]
  for (let next = pending.pop(); next !== undefined && issues.length < 100; next = pending.pop()) {
    const { node, path } = next
    if (isAlias(node)) issues.push(at(startOf(node), path, 'aliases are not allowed; repeat the value'))
    if (!isCollection(node)) continue
    const seen = new Set<string>()
    node.items.forEach((item, index) => {
      const key = isMap(node) ? (item as { key: Node }).key : undefined
      const name = isScalar(key) ? String(key.value) : String(index)
      const fault = key === undefined ? undefined : keyFault(name, seen)
      if (fault !== undefined) issues.push(at(startOf(key), [...path, name], `"${name}" ${fault}`))
      seen.add(name)
      pending.push({ node: isMap(node) ? (item as { value: unknown }).value : item, path: [...path, name] })
    })
  }
  return issues
}

function keyFault(name: string, earlier: ReadonlySet<string>): string | undefined {
  if (earlier.has(name)) return 'stands twice'
  // Every object has a property of this name, which would swallow what is stored under it.
  return name === '__proto__' ? 'cannot be a key' : undefined
}

/** What a node holds under a name or an index, and where the name stands. */
type Child = (node: Node, step: PropertyKey) => { readonly value: unknown; readonly start: number } | undefined

/** Looks names up in an index of each map: the library goes through all of a map's keys for each. */
function children(): Child {
  const indices = new Map<Node, ReadonlyMap<string, { readonly value: unknown; readonly start: number }>>()
  return (node, step) => {
    if (!isMap(node)) {
      const item = isCollection(node) ? node.items[Number(step)] : undefined
      return item === undefined ? undefined : { value: item, start: startOf(item) }
    }
    const index =
      indices.get(node) ??
      new Map(node.items.map(({ key, value }) => [keyName(key), { value, start: startOf(key) }] as const))
    indices.set(node, index)
    return index.get(String(step))
  }
}

function keyName(key: unknown): string {
  return isScalar(key) ? String(key.value) : ''
}

/** Where the value stands; what is missing is told where its neighbours are. */
function offsetOf(root: Node | null, path: readonly PropertyKey[], child: Child): number {
  let node: unknown = root
  let offset = startOf(root)
  for (const step of path) {
    if (!isCollection(node)) break
    const next = child(node, step)
    if (next === undefined) break
    if (next.value === null) return next.start
    node = next.value
    offset = startOf(node)
  }
  return offset
}

function startOf(node: unknown): number {
  return (node as { range?: readonly number[] } | null)?.range?.[0] ?? 0
}

/** The first line that nests further, or holds more, than a registry ever does: the parser calls itself for every level. */
function beyondLimits(text: string): TextIssue | undefined {
  const deep = 'it is nested too deeply'
  const indented = text.split('\n').findIndex((line) => (/^[ \-?:]*/.exec(line)?.[0].length ?? 0) > MAX_INDENT)
  if (indented !== -1) return { line: indented + 1, column: 1, path: '', message: deep }
  const nesting = new Nesting()
  let tokens = 0
  for (const token of new Lexer().lex(text)) {
    nesting.read(token)
    if (nesting.depth > MAX_DEPTH) return { line: nesting.line, column: 1, path: '', message: deep }
    if (++tokens > MAX_TOKENS)
      return { line: nesting.line, column: 1, path: '', message: 'it holds too much; split it' }
  }
  return undefined
}

/** How deep a text nests: by its brackets, and by keys and list items without a comma or a line's end between, as in `a: b: c:`. */
class Nesting {
  line = 1
  /** Keys and list items, outside of brackets and within each that is open. */
  readonly #indicators = [0]

  get depth(): number {
    return Math.max(this.#indicators.length - 1, this.#indicators.at(-1) ?? 0)
  }

  read(token: string): void {
    const open = this.#indicators.length - 1
    if (token === '\n') this.line++
    if (token === '[' || token === '{') this.#indicators.push(0)
    else if ((token === ']' || token === '}') && open > 0) this.#indicators.pop()
    else if (token === ',' || (token === '\n' && open === 0)) this.#indicators[open] = 0
    else if (/^[:?-]$/.test(token)) this.#indicators[open] = (this.#indicators[open] ?? 0) + 1
  }
}
