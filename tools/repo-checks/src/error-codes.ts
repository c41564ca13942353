import ts from 'typescript'
import { isTest, sources, type Tree } from './tree.js'

/** `ERR_…` codes in string literals of the sources, and anywhere in the Markdown, that the error table does not know. */
export function unlistedCodes(tree: Tree, codes: readonly string[]): string[] {
  const prose = [...tree]
    .filter(([path]) => path.endsWith('.md'))
    .map(([path, text]) => [path, text.match(/\bERR_[A-Z_]+/g) ?? []] as const)
  const code = sources(tree)
    .filter(([path]) => !isTest(path))
    .map(([path, text]) => [path, literals(ts.createSourceFile(path, text, ts.ScriptTarget.Latest))] as const)
  return [...code, ...prose].flatMap(([path, found]) =>
    found.filter((name) => !codes.includes(name)).map((name) => `${path}: ${name} is not in the error table`),
  )
}

function literals(node: ts.Node): string[] {
  const own = ts.isStringLiteralLike(node) && /^ERR_[A-Z_]+$/.test(node.text) ? [node.text] : []
  const inner: string[] = []
  ts.forEachChild(node, (child) => {
    inner.push(...literals(child))
  })
  return [...own, ...inner]
}
