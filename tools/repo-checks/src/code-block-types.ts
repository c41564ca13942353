import { join } from 'node:path'
import ts from 'typescript'
import type { CodeBlock } from './code-blocks.js'
import { root } from './tree.js'

/** Type errors of the blocks, as if each were a module of its room. */
export function typeFaults(blocks: readonly CodeBlock[]): string[] {
  const files = new Map(blocks.map((block, index) => [join(root, block.room, `.scratch-types/${index}.ts`), block]))
  const options = compilerOptions()
  const host = ts.createCompilerHost(options)
  const { fileExists, getSourceFile } = host
  host.fileExists = (path) => files.has(path) || fileExists(path)
  host.getSourceFile = (path, language) => {
    const block = files.get(path)
    // A block without an import is a module too: it may await.
    return block ? ts.createSourceFile(path, `${block.code}\nexport {}`, language) : getSourceFile(path, language)
  }
  const program = ts.createProgram([...files.keys()], options, host)
  return [...files].flatMap(([path, block]) =>
    ts.getPreEmitDiagnostics(program, program.getSourceFile(path)).map(({ file, start = 0, messageText }) => {
      const line = block.line + 1 + (file?.getLineAndCharacterOfPosition(start).line ?? 0)
      return `${block.path}:${line}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`
    }),
  )
}

function compilerOptions(): ts.CompilerOptions {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile)
  const { options } = ts.parseJsonConfigFileContent({ ...config, files: [], include: [] }, ts.sys, root)
  // A page may show a value without using it, and exports nothing.
  return { ...options, noUnusedLocals: false, isolatedDeclarations: false, declaration: false }
}
