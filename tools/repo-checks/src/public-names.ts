import { dirname, posix } from 'node:path'
import ts from 'typescript'
import { sources, type Tree } from './tree.js'

/** A declaration that a package's index files give to the world. */
export interface PublicName {
  readonly path: string
  readonly name: string
  /** Every declaration of that name in its module: a function may have overloads. */
  readonly declarations: readonly ts.Statement[]
}

/** Everything that the packages export, found where it is declared. */
export function publicNames(tree: Tree): PublicName[] {
  return sources(tree)
    .filter(([path]) => /^packages\/.*\/index\.ts$/.test(path))
    .flatMap(([path, text]) => parse(path, text).flatMap((statement) => exportsOf(statement, path, tree)))
}

function exportsOf(statement: ts.Statement, index: string, tree: Tree): PublicName[] {
  if (!ts.isExportDeclaration(statement)) {
    const exported = ts.canHaveModifiers(statement) && ts.getModifiers(statement)?.some(isExportKeyword)
    return exported ? namesOf(statement).map((name) => ({ path: index, name, declarations: [statement] })) : []
  }
  if (!statement.moduleSpecifier || !statement.exportClause || !ts.isNamedExports(statement.exportClause)) return []
  const specifier = (statement.moduleSpecifier as ts.StringLiteral).text
  const path = posix.join(dirname(index), specifier.replace(/\.js$/, '.ts'))
  const module = parse(path, tree.get(path) ?? '')
  return statement.exportClause.elements.map(({ name, propertyName = name }) => ({
    path,
    name: name.text,
    declarations: module.filter((declaration) => namesOf(declaration).includes(propertyName.text)),
  }))
}

function parse(path: string, text: string): readonly ts.Statement[] {
  return ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true).statements
}

function namesOf(statement: ts.Statement): string[] {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.map(({ name }) => name.getText())
  }
  return ts.isDeclarationStatement(statement) && statement.name ? [statement.name.text] : []
}

function isExportKeyword({ kind }: ts.Modifier): boolean {
  return kind === ts.SyntaxKind.ExportKeyword
}
