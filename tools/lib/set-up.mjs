import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { root, runStage } from './stage.mjs'

const stampFile = join(root, 'node_modules/.cache/foretoken/set-up.json')

/** Installs what the lockfile says, when the lockfile or a manifest has changed since the last time. */
export async function install() {
  const { installed, ...others } = readStamp()
  const now = installHash()
  if (installed === now) return true
  const { packageManager } = readJson('package.json')
  // Never asks whether node_modules may be replaced: nobody can answer here.
  const options = ['--frozen-lockfile', '--config.confirmModulesPurge=false']
  if (!(await runStage('install packages', 'npx', ['--yes', packageManager, 'install', ...options]))) return false
  writeStamp({ installed: now, ...others })
  return true
}

/** Builds every package and app; turbo skips those whose sources have not changed. */
export async function build() {
  const now = buildHash()
  const { packageManager } = readJson('package.json')
  // Through pnpm, because turbo looks for it on the PATH.
  const turbo = [
    'exec',
    'turbo',
    'run',
    'build',
    '--continue',
    '--output-logs=errors-only',
    '--ui=stream',
    '--no-update-notifier',
  ]
  if (!(await runStage('build packages and apps', 'npx', ['--yes', packageManager, ...turbo]))) return false
  writeStamp({ ...readStamp(), built: now })
  return true
}

/** Compiles the native engine where there is a C++ compiler; the addon's own stamp says what has changed. */
export async function buildNative() {
  if (!(await runStage('build the native engine', process.execPath, ['native/build.mjs']))) return false
  writeStamp({ ...readStamp(), native: nativeHash() })
  return true
}

/** Whether the last set-up saw exactly these sources and its output is still there. */
export function isCurrent() {
  const { installed, built, native } = readStamp()
  return installed === installHash() && built === buildHash() && native === nativeHash() && rooms().every(isBuilt)
}

function isBuilt(room) {
  return !readJson(`${room}/package.json`).scripts?.build || existsSync(join(root, room, 'dist'))
}

function installHash() {
  const manifests = [
    'package.json',
    'pnpm-lock.yaml',
    'pnpm-workspace.yaml',
    ...rooms().map((room) => `${room}/package.json`),
  ]
  return hash(manifests, `${process.platform}-${process.arch}`)
}

function buildHash() {
  const sources = rooms().flatMap((room) => filesUnder(`${room}/src`))
  return hash(['turbo.json', 'tsup.config.ts', 'vite.config.ts', 'tsconfig.json', ...sources.sort()], installHash())
}

/** A compiler that comes later is found by `npm test`, or by `node native/build.mjs`. */
function nativeHash() {
  const sources = filesUnder('native/src').sort()
  return hash(['native/build.mjs', 'native/engine-files.js', ...sources], installHash())
}

/** Folders with a manifest, as pnpm-workspace.yaml lists them. */
function rooms() {
  const folders = ['packages', 'apps'].flatMap((floor) =>
    readdirSync(join(root, floor)).map((name) => `${floor}/${name}`),
  )
  return [...folders, 'fixtures', 'native'].filter((room) => existsSync(join(root, room, 'package.json'))).sort()
}

function filesUnder(folder) {
  if (!existsSync(join(root, folder))) return []
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`
    return entry.isDirectory() ? filesUnder(path) : [path]
  })
}

function hash(paths, seed) {
  const digest = createHash('sha256').update(seed)
  for (const path of paths) digest.update(`\0${path}\0`).update(readFileSync(join(root, path)))
  return digest.digest('hex')
}

function readJson(path) {
  return JSON.parse(readFileSync(join(root, path), 'utf8'))
}

function readStamp() {
  try {
    return JSON.parse(readFileSync(stampFile, 'utf8'))
  } catch {
    return {}
  }
}

function writeStamp(stamp) {
  mkdirSync(dirname(stampFile), { recursive: true })
  writeFileSync(stampFile, JSON.stringify(stamp))
}
