import { publishedRooms, type Room, rooms } from './rooms.js'
import type { Tree } from './tree.js'

const source = '@foretoken/source'

/** Manifests of packages and apps that differ from the others where all are alike. */
export function manifestFaults(tree: Tree): string[] {
  const built = rooms(tree).filter(({ folder }) => /^(packages|apps)\//.test(folder))
  const published = publishedRooms(tree).filter(({ folder }) => folder !== 'fixtures')
  return [
    ...built.flatMap((room) => sharedFaults(room, tree).map((fault) => `${room.folder}: ${fault}`)),
    ...built.flatMap((room) => entryFaults(room, tree).map((fault) => `${room.folder}: ${fault}`)),
    ...published.flatMap((room) => publishFaults(room).map((fault) => `${room.folder}: ${fault}`)),
  ]
}

/** Folders of data that a package may ship beside its code. */
const dataFolders = ['knowledge', 'registries', 'schemas', 'suites']

function sharedFaults({ folder, manifest }: Room, tree: Tree): string[] {
  const paths = [...tree.keys()]
  const data = dataFolders.filter((name) => paths.some((path) => path.startsWith(`${folder}/${name}/`)))
  const [tool, builder] = tree.has(`${folder}/src/index.html`) ? ['vite', 'vite build'] : ['tsup', 'tsup']
  const expected: [field: string, value: unknown, got: unknown][] = [
    ['license', 'MIT', manifest.license],
    ['type', 'module', manifest.type],
    ['sideEffects', false, manifest.sideEffects],
    ['files', ['dist', ...data], manifest.files],
    ['engines', { node: '>=20.19' }, manifest.engines],
    ['repository.directory', folder, manifest.repository?.directory],
    ['scripts.build', `${builder} --config ../../${tool}.config.ts`, manifest.scripts?.['build']],
  ]
  const wrong = expected
    .filter(([, value, got]) => JSON.stringify(value) !== JSON.stringify(got))
    .map(([field]) => field)
  const loose = Object.entries(manifest.dependencies ?? {})
    .filter(
      ([name, range]) => name.startsWith('@foretoken/') && name !== '@foretoken/fixtures' && range !== 'workspace:^',
    )
    .map(([name]) => `dependencies.${name}`)
  return [...wrong, ...loose].map((field) => `${field} is not as in the other rooms`)
}

/** Entries whose source is missing, or whose output is not the one that the build writes for it. */
function entryFaults({ folder, manifest }: Room, tree: Tree): string[] {
  return Object.entries(manifest.exports ?? {}).flatMap(([entry, target]) => {
    if (typeof target === 'string') return []
    const path = target[source]?.replace(/^\.\/src\/(.*)\.ts$/, '$1')
    const good =
      tree.has(`${folder}/src/${path}.ts`) &&
      target['types'] === `./dist/${path}.d.ts` &&
      target['default'] === `./dist/${path}.js`
    return good ? [] : [`exports["${entry}"] does not match its source`]
  })
}

function publishFaults({ manifest }: Room): string[] {
  const shipped = JSON.stringify(manifest.exports, (key, value: unknown) => (key === source ? undefined : value))
  return [
    ...(JSON.stringify(manifest.publishConfig?.exports) === shipped
      ? []
      : [`publishConfig.exports is not exports without ${source}`]),
    ...(manifest.publishConfig?.access === 'public' ? [] : ['publishConfig.access is not public']),
  ]
}
