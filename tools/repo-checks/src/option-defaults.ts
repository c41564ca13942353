import ts from 'typescript'
import { isTest, sources, type Tree } from './tree.js'

/** Optional properties of the packages’ exported `…Options` interfaces whose documentation does not say the default. */
export function undocumentedDefaults(tree: Tree): string[] {
  return sources(tree)
    .filter(([path]) => path.startsWith('packages/') && !isTest(path))
    .flatMap(([path, text]) =>
      ts
        .createSourceFile(path, text, ts.ScriptTarget.Latest, true)
        .statements.filter((node) => ts.isInterfaceDeclaration(node) && isPublicOptions(node))
        .flatMap((node) => (node as ts.InterfaceDeclaration).members.filter(lacksDefault))
        .map((member) => `${path}: ${member.name?.getText()} has no @defaultValue`),
    )
}

function isPublicOptions(node: ts.InterfaceDeclaration): boolean {
  const exported = node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false
  return exported && node.name.text.endsWith('Options')
}

/** Callbacks and signals have no default: absent, nobody is told and nobody cancels. */
function lacksDefault(member: ts.TypeElement): boolean {
  if (!ts.isPropertySignature(member) || !member.questionToken || member.type === undefined) return false
  if (ts.isFunctionTypeNode(member.type) || member.type.getText() === 'AbortSignal') return false
  return !ts.getJSDocTags(member).some((tag) => tag.tagName.text === 'defaultValue')
}
