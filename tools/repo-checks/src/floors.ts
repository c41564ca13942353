import { dirname, posix } from 'node:path'
import ts from 'typescript'
import { type Room, rooms } from './rooms.js'
import { isTest, sources, type Tree } from './tree.js'

const fixtures = '@foretoken/fixtures'

/** Rooms that a room may import, by their npm names; docs/architecture.md has the table. */
function mayImport({ folder, manifest }: Room, all: readonly Room[]): readonly string[] {
  const packages = all.filter((room) => room.folder.startsWith('packages/')).map((room) => room.manifest.name)
  const below: [RegExp, readonly string[]][] = [
    [/^apps\/orchestrator$/, [...packages, '@foretoken/native']],
    [/^apps\/bench$/, [...packages, '@foretoken/native', 'foretoken', fixtures]],
    [/^apps\/dashboard$/, ['foretoken']],
    [/^packages\/drafter-/, ['@foretoken/contract', '@foretoken/token-index']],
    [/^packages\/runner-/, ['@foretoken/contract', '@foretoken/speculate', '@foretoken/registry', '@foretoken/native']],
    [/^packages\/(?!contract$)/, ['@foretoken/contract']],
  ]
  return [manifest.name, ...(below.find(([pattern]) => pattern.test(folder))?.[1] ?? [])]
}

/** Dependencies and imports that reach above a room's floor, beside it, or around its front door. */
export function floorFaults(tree: Tree): string[] {
  const all = rooms(tree)
  return all.flatMap((room) => [...manifestFaults(room, all), ...importFaults(room, all, tree)])
}

function manifestFaults(room: Room, all: readonly Room[]): string[] {
  const { dependencies, peerDependencies, devDependencies } = room.manifest
  const shipped = Object.keys({ ...dependencies, ...peerDependencies })
  const allowed = mayImport(room, all)
  return [
    ...shipped.filter((name) => isOurs(name, all) && !allowed.includes(name)),
    ...Object.keys(devDependencies ?? {}).filter((name) => isOurs(name, all) && ![...allowed, fixtures].includes(name)),
  ].map((name) => `${room.folder}/package.json may not depend on ${name}`)
}

function importFaults(room: Room, all: readonly Room[], tree: Tree): string[] {
  return sources(tree)
    .filter(([path]) => path.startsWith(`${room.folder}/`))
    .flatMap(([path, text]) => {
      const allowed = [...mayImport(room, all), ...(isTest(path) ? [fixtures] : [])]
      return ts
        .preProcessFile(text)
        .importedFiles.map(({ fileName }) => fileName)
        .filter((specifier) =>
          specifier.startsWith('.')
            ? !posix.join(dirname(path), specifier).startsWith(`${room.folder}/`)
            : isOurs(packageOf(specifier), all) && !allowed.includes(packageOf(specifier)),
        )
        .map((specifier) => `${path} may not import ${specifier}`)
    })
}

function isOurs(name: string, all: readonly Room[]): boolean {
  return name.startsWith('@foretoken/') || all.some(({ manifest }) => manifest.name === name)
}

function packageOf(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')
}
