import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The repository's text files by their path from the root. Checks read nothing else, so a test can make one up. */
export type Tree = ReadonlyMap<string, string>

export const root: string = join(import.meta.dirname, '../../..')

/** What git ignores, and git itself. */
const ignored = /^(node_modules|dist|\.turbo|\.git|\.scratch-.*|tsup\.config\.bundled_.*)$/
const binary = /\.(gguf|gz)$/

/** Reads the repository as it lies there, committed or not. */
export function readTree(): Tree {
  return new Map(textFiles('').map((path) => [path, readFileSync(join(root, path), 'utf8')]))
}

/** Makes a tree of the given files. */
export function treeOf(files: Readonly<Record<string, string>>): Tree {
  return new Map(Object.entries(files))
}

/** Source files of the rooms: `packages/*`, `apps/*`, `native` and `fixtures`. */
export function sources(tree: Tree): [path: string, text: string][] {
  return [...tree].filter(([path]) => /^(packages|apps|native|fixtures)\/.*\.m?[jt]s$/.test(path))
}

/** Whether a source file is there for tests and benches only. */
export function isTest(path: string): boolean {
  return /\.(test|test-d|bench)\.ts$|\/test\//.test(path)
}

function textFiles(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .filter(({ name }) => !ignored.test(name) && !binary.test(name))
    .flatMap((entry) => (entry.isDirectory() ? textFiles(`${folder}${entry.name}/`) : [`${folder}${entry.name}`]))
}
