import ts from 'typescript'
import type { Tree } from './tree.js'

/** A TypeScript block of a Markdown page. */
export interface CodeBlock {
  readonly path: string
  /** Line of the opening fence. */
  readonly line: number
  readonly code: string
  /** Whether it is run; one that needs a model says `ts no-run`. */
  readonly run: boolean
  /** Room whose dependencies it may import. The pages of the root may import what the app imports. */
  readonly room: string
}

/** Every block that opens with ```` ```ts ```` or ```` ```ts no-run ````. */
export function codeBlocks(tree: Tree): CodeBlock[] {
  return [...tree]
    .filter(([path]) => path.endsWith('.md') && !path.startsWith('.changeset/'))
    .flatMap(([path, text]) =>
      [...text.matchAll(/^```ts( no-run)?\n([\s\S]*?)^```$/gm)].map(({ 1: noRun, 2: code = '', index }) => ({
        path,
        line: text.slice(0, index).split('\n').length,
        code,
        run: noRun === undefined,
        room: /^((packages|apps)\/[^/]+|fixtures)\//.exec(path)?.[1] ?? 'apps/orchestrator',
      })),
    )
}

/** Turns `expression // => value` and `const name = … // => value` into assertions by `globalThis.__expect`. */
export function withAssertions(code: string): string {
  const edits: { readonly start: number; readonly end: number; readonly text: string }[] = []
  const visit = (node: ts.Node): void => {
    const value = ts.isStatement(node) ? expectedValue(code, node) : undefined
    const subject = value === undefined ? undefined : subjectOf(node)
    if (subject === undefined) {
      ts.forEachChild(node, visit)
      return
    }
    const assertion = `globalThis.__expect(${subject}).toEqual(${value})`
    const start = ts.isExpressionStatement(node) ? node.getStart() : node.end
    edits.push({ start, end: node.end, text: start === node.end ? `\n${assertion}` : assertion })
  }
  visit(ts.createSourceFile('block.ts', code, ts.ScriptTarget.Latest, true))
  const claims = code.match(/\/\/ =>/g)?.length ?? 0
  if (claims !== edits.length)
    throw new Error(`${claims - edits.length} of ${claims} "// =>" follow neither an expression nor a constant`)
  return edits.reduceRight((text, edit) => text.slice(0, edit.start) + edit.text + text.slice(edit.end), code)
}

function expectedValue(code: string, node: ts.Node): string | undefined {
  const comments = ts.getTrailingCommentRanges(code, node.end) ?? []
  return comments
    .map(({ pos, end }) => /^\/\/ => (.+)$/.exec(code.slice(pos, end))?.[1])
    .find((value) => value !== undefined)
}

function subjectOf(node: ts.Node): string | undefined {
  if (ts.isExpressionStatement(node)) return node.expression.getText()
  if (!ts.isVariableStatement(node)) return undefined
  const [declaration] = node.declarationList.declarations
  return declaration && ts.isIdentifier(declaration.name) ? declaration.name.text : undefined
}
