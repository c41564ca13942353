import ts from 'typescript'
import { publicNames } from './public-names.js'
import type { Tree } from './tree.js'

/** Names that a package exports without a doc comment. Of overloads one carries it. */
export function undocumented(tree: Tree): string[] {
  return publicNames(tree)
    .filter(({ declarations }) => !declarations.some((node) => ts.getJSDocCommentsAndTags(node).length > 0))
    .map(({ path, name }) => `${path}: ${name} has no doc comment`)
}

/** Optional properties of exported `…Options` interfaces whose documentation does not say the default. */
export function undocumentedDefaults(tree: Tree): string[] {
  return publicNames(tree)
    .filter(({ name }) => name.endsWith('Options'))
    .flatMap(({ path, declarations }) =>
      declarations
        .filter((node) => ts.isInterfaceDeclaration(node))
        .flatMap(({ members }) => members.filter(lacksDefault))
        .map((member) => `${path}: ${member.name?.getText()} has no @defaultValue`),
    )
}

/** Callbacks and signals have no default: absent, nobody is told and nobody cancels. */
function lacksDefault(member: ts.TypeElement): boolean {
  if (!ts.isPropertySignature(member) || !member.questionToken || member.type === undefined) return false
  if (ts.isFunctionTypeNode(member.type) || member.type.getText() === 'AbortSignal') return false
  return !ts.getJSDocTags(member).some((tag) => tag.tagName.text === 'defaultValue')
}
