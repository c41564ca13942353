import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The repository's text files by their path from the root. Checks read nothing else, so a test can make one up. */
export type Tree = ReadonlyMap<string, string>

export const root: string = join(import.meta.dirname, '../../..')

const binary = /\.(gguf|gz|png)$/

/** Reads the repository as it lies there, committed or not, without what git ignores. */
export function readTree(): Tree {
  const listing = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  })
  const paths = [...new Set(listing.split('\0'))].filter(
    (path) => path !== '' && !binary.test(path) && existsSync(join(root, path)),
  )
  return new Map(paths.map((path) => [path, readFileSync(join(root, path), 'utf8')]))
}

/** Makes a tree of the given files. */
export function treeOf(files: Readonly<Record<string, string>>): Tree {
  return new Map(Object.entries(files))
}

/** Source files of the rooms: `packages/*`, `apps/*`, `native` and `fixtures`. */
export function sources(tree: Tree): [path: string, text: string][] {
  return [...tree].filter(([path]) => /^(packages|apps|native|fixtures)\/.*\.m?[jt]sx?$/.test(path))
}

/** Whether a source file is there for tests and benches only. */
export function isTest(path: string): boolean {
  return /\.(test|test-d|bench)\.ts$|\/test\//.test(path)
}
