import type { Tree } from './tree.js'

/** The parts of a package.json that the checks read. */
interface Manifest {
  readonly name: string
  readonly private?: boolean
  readonly description?: string
  readonly license?: string
  readonly type?: string
  readonly sideEffects?: boolean
  readonly files?: readonly string[]
  readonly engines?: Readonly<Record<string, string>>
  readonly repository?: { readonly directory?: string }
  readonly scripts?: Readonly<Record<string, string>>
  readonly exports?: Exports
  readonly publishConfig?: { readonly access?: string; readonly exports?: Exports }
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
}

type Exports = Readonly<Record<string, string | Readonly<Record<string, string>>>>

/** A folder with a manifest of its own. */
export interface Room {
  readonly folder: string
  readonly manifest: Manifest
}

/** Every package and app, the native addon and the fixtures, in path order. */
export function rooms(tree: Tree): Room[] {
  return [...tree.keys()]
    .filter((path) => /^((packages|apps)\/[^/]+|native|fixtures)\/package\.json$/.test(path))
    .sort()
    .map((path) => ({
      folder: path.replace('/package.json', ''),
      manifest: JSON.parse(tree.get(path) ?? '') as Manifest,
    }))
}

/** The rooms that npm gets. */
export function publishedRooms(tree: Tree): Room[] {
  return rooms(tree).filter(({ manifest }) => !manifest.private)
}
