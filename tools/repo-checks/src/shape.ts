import ts from 'typescript'
import { isTest, sources, type Tree } from './tree.js'

const mostLines = 300

/** Source files that are too long, and index files that do more than re-export by name. */
export function shapeFaults(tree: Tree): string[] {
  const all = sources(tree)
  const long = all
    .filter(([, text]) => text.trimEnd().split('\n').length > mostLines)
    .map(([path]) => `${path} has more than ${mostLines} lines`)
  const busy = all
    .filter(([path]) => path.endsWith('/index.ts') && !isWholePackage(path, all))
    .filter(
      ([path, text]) => !ts.createSourceFile(path, text, ts.ScriptTarget.Latest).statements.every(isNamedReExport),
    )
    .map(([path]) => `${path} does more than re-export by name`)
  return [...long, ...busy]
}

function isWholePackage(path: string, all: readonly [string, string][]): boolean {
  const folder = path.replace('index.ts', '')
  return all.every(([other]) => other === path || !other.startsWith(folder) || isTest(other))
}

function isNamedReExport(statement: ts.Statement): boolean {
  return (
    ts.isExportDeclaration(statement) &&
    statement.moduleSpecifier !== undefined &&
    statement.exportClause !== undefined &&
    ts.isNamedExports(statement.exportClause)
  )
}
