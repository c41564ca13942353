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

/** Exports without a doc comment, in the modules of the packages. Of overloads the first carries it. */
export function undocumented(tree: Tree): string[] {
  return sources(tree)
    .filter(([path]) => path.startsWith('packages/') && !isTest(path))
    .flatMap(([path, text]) => {
      const exported = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true).statements.filter(isExported)
      const documented = exported.filter((statement) => ts.getJSDocCommentsAndTags(statement).length > 0).map(nameOf)
      return exported
        .map(nameOf)
        .filter((name) => !documented.includes(name))
        .map((name) => `${path}: ${name}`)
    })
}

function isExported(statement: ts.Statement): boolean {
  return (
    ts.canHaveModifiers(statement) &&
    !!ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)
  )
}

function nameOf(statement: ts.Statement): string {
  if (ts.isVariableStatement(statement))
    return statement.declarationList.declarations.map(({ name }) => name.getText()).join()
  return ts.isDeclarationStatement(statement) ? (statement.name?.getText() ?? '') : statement.getText()
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
