// Usage: node tools/check-packages.mjs — packs every published package as a release would, then checks the tarballs:
// publint, attw, what is inside, and that plain Node can import every entry. Needs a finished build.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { root, runCommand } from './lib/stage.mjs'

const folder = mkdtempSync(join(tmpdir(), 'foretoken-packages-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))

const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const rooms = publishedRooms()
const filters = rooms.flatMap(({ manifest }) => ['--filter', manifest.name])
await mustRun('npx', ['--yes', packageManager, ...filters, 'pack', '--pack-destination', folder])

for (const room of rooms) await unpack(room)
for (const room of rooms) linkDependencies(room)
const faults = []
for (const room of rooms) {
  const found = [
    ...contentFaults(room),
    ...(await publintFaults(room)),
    ...(await attwFaults(room)),
    ...(await importFaults(room)),
  ]
  process.stdout.write(`${room.manifest.name}: ${found.length === 0 ? 'good' : `${found.length} faults`}\n`)
  faults.push(...found.map((fault) => `${room.manifest.name}: ${fault}`))
}
for (const fault of faults) process.stdout.write(`${fault}\n`)
process.exitCode = faults.length === 0 ? 0 : 1

function publishedRooms() {
  const folders = ['packages', 'apps'].flatMap((floor) =>
    readdirSync(join(root, floor)).map((name) => join(root, floor, name)),
  )
  return folders
    .map((path) => ({ path, manifest: JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')) }))
    .filter(({ manifest }) => !manifest.private)
    .map(({ path, manifest }) => {
      const base = `${manifest.name.replace('@', '').replace('/', '-')}-${manifest.version}`
      return {
        path,
        manifest,
        tarball: join(folder, `${base}.tgz`),
        installed: join(folder, 'node_modules', manifest.name),
      }
    })
}

async function unpack({ tarball, installed }) {
  mkdirSync(installed, { recursive: true })
  await mustRun('tar', ['-xzf', tarball, '-C', installed, '--strip-components=1'])
}

/** Puts the workspace's copies of third-party dependencies where the unpacked package finds them. */
function linkDependencies({ path, manifest, installed }) {
  const names = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })
  for (const name of names.filter((dependency) => !rooms.some((room) => room.manifest.name === dependency))) {
    const places = [join(path, 'node_modules', name), join(root, 'node_modules', name)]
    const source = places.map(realPath).find((place) => place !== undefined)
    if (source === undefined) continue
    mkdirSync(join(installed, 'node_modules', name, '..'), { recursive: true })
    symlinkSync(source, join(installed, 'node_modules', name))
  }
}

function contentFaults({ installed }) {
  // What was linked there is none of its contents.
  const files = readdirSync(installed, { recursive: true, encoding: 'utf8' }).filter(
    (name) => !name.startsWith('node_modules'),
  )
  const manifest = readFileSync(join(installed, 'package.json'), 'utf8')
  return [
    ...['README.md', 'LICENSE'].filter((name) => !files.includes(name)).map((name) => `holds no ${name}`),
    ...files.filter((name) => /^(src|test)\b|\.(test|test-d|bench)\./.test(name)).map((name) => `ships ${name}`),
    ...['workspace:', 'catalog:', '@foretoken/source']
      .filter((word) => manifest.includes(word))
      .map((word) => `its manifest says ${word}`),
  ]
}

async function publintFaults({ tarball }) {
  const { buffer, byteOffset, byteLength } = readFileSync(tarball)
  const { messages, pkg } = await publint({
    strict: true,
    pack: { tarball: buffer.slice(byteOffset, byteOffset + byteLength) },
  })
  return messages.map((message) => `publint: ${formatMessage(message, pkg, { color: false })}`)
}

async function attwFaults({ tarball }) {
  const cli = join(root, 'node_modules/@arethetypeswrong/cli/dist/index.js')
  const options = ['--profile', 'esm-only', '--format', 'ascii', '--no-definitely-typed', '--no-emoji']
  const { exitCode, output } = await runCommand(process.execPath, [cli, tarball, ...options], { capture: true })
  return exitCode === 0 ? [] : [`attw:\n${output}`]
}

async function importFaults({ manifest }) {
  // The conformance kits run inside vitest, which does not let itself be imported anywhere else; types have no values, and
  // a worker's module runs in a worker only.
  const others = /package\.json$|^\.\/(cli|conformance|serve-types|serve-worker)$/
  const entries = Object.keys(manifest.exports).filter((entry) => !others.test(entry))
  const faults = []
  for (const entry of entries) {
    const specifier = join(manifest.name, entry).replaceAll('\\', '/')
    const program = `const names = Object.keys(await import('${specifier}')); if (names.length === 0) throw new Error('exports nothing')`
    const args = ['--input-type=module', '--eval', program]
    const { exitCode, output } = await runCommand(process.execPath, args, { capture: true, cwd: folder })
    if (exitCode !== 0) faults.push(`import '${specifier}':\n${output}`)
  }
  return faults
}

async function mustRun(command, args) {
  const { exitCode, output } = await runCommand(command, args, { capture: true })
  if (exitCode === 0) return
  process.stdout.write(output)
  process.exit(1)
}

function realPath(path) {
  try {
    return realpathSync(path)
  } catch {
    return undefined
  }
}
