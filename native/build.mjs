// Usage: node native/build.mjs [--force] — compiles src/*.cc against node-llama-cpp's prebuilt llama.cpp, with the compiler in
// CXX or c++, g++ or clang++. Without a compiler it says so and succeeds. FORETOKEN_SANITIZE=address builds with checks.
import { execFile, execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { addonFile, engineFiles, engineVersion, sanitizer } from './engine-files.js'

const root = fileURLToPath(new URL('.', import.meta.url))
const output = dirname(addonFile)
const stampFile = join(output, 'stamp')

// Node gives the path as it was typed, through links of node_modules too.
if (process.argv[1] && import.meta.url === pathToFileURL(realpathSync(process.argv[1])).href) {
  try {
    say(await buildAddon({ force: process.argv.includes('--force') }))
  } catch (error) {
    process.stderr.write(`${error.stderr || error.message}\n`)
    process.exitCode = 1
  }
}

/** Builds what has changed; returns a sentence about it. Throws where the compiler fails. */
async function buildAddon({ force = false } = {}) {
  const compiler = findCompiler()
  if (compiler === undefined) {
    return 'No C++ compiler: the native engine is left out, node-llama-cpp runs the models. To have it, install g++ or clang++.'
  }
  const engine = describeEngine()
  if (engine.reason) return `${engine.reason}: the native engine is left out, node-llama-cpp runs the models.`
  const stamp = stampOf(engine, compiler)
  if (!force && existsSync(addonFile) && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) {
    return 'The native engine is up to date.'
  }
  const startedMs = performance.now()
  await compile(compiler, engine)
  writeFileSync(stampFile, stamp)
  return `The native engine is built (${((performance.now() - startedMs) / 1000).toFixed(1)} s).`
}

/** The first compiler that answers. */
export function findCompiler() {
  const candidates = process.env['CXX'] ? [process.env['CXX']] : ['c++', 'g++', 'clang++']
  return candidates.find((name) => {
    try {
      execFileSync(name, ['--version'], { stdio: 'ignore' })
      return true
    } catch {
      return false
    }
  })
}

function describeEngine() {
  try {
    return engineFiles()
  } catch (error) {
    if (error.code === 'ERR_ENGINE_VERSION') throw error
    return { reason: error.message }
  }
}

async function compile(compiler, engine) {
  const require = createRequire(import.meta.url)
  const headers = await llamaHeaders(engine.sourceBundle)
  const includes = [dirname(require.resolve('node-addon-api')), require('node-api-headers').include_dir]
  const flags = [
    ...['-std=c++17', '-O2', '-fPIC', '-fvisibility=hidden', '-Wall', '-Wextra', '-pthread'],
    ...['-DNAPI_VERSION=9', '-DNAPI_CPP_EXCEPTIONS', '-DNODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS'],
    `-DFORETOKEN_ENGINE_VERSION="${engineVersion}"`,
    ...[...includes, ...headers].flatMap((folder) => ['-isystem', folder]),
    ...(sanitizer ? [`-fsanitize=${sanitizer}`, '-fno-omit-frame-pointer', '-g'] : []),
  ]
  const sources = sourceFiles().filter((name) => name.endsWith('.cc'))
  const objects = new Map(sources.map((name) => [name, `${hashOf([compiler, ...flags], withHeaders(name))}.o`]))
  const folder = join(output, 'objects')
  mkdirSync(folder, { recursive: true })
  await inParallel(sources, async (name) => {
    const path = join(folder, objects.get(name))
    if (existsSync(path)) return
    await run(compiler, [...flags, '-c', join(root, 'src', name), '-o', `${path}.part`])
    renameSync(`${path}.part`, path)
  })
  const made = join(output, `${process.pid}.node`)
  await run(compiler, [
    ...['-shared', '-pthread', '-o', made, ...[...objects.values()].map((name) => join(folder, name))],
    ...(sanitizer ? [`-fsanitize=${sanitizer}`] : []),
    ...[`-L${engine.libraryFolder}`, ...engine.libraryNames.map((name) => `-l:${name}`)],
    ...[`-Wl,-rpath,${engine.libraryFolder}`, '-Wl,--disable-new-dtags', '-ldl'],
  ])
  renameSync(made, addonFile)
  const current = new Set(objects.values())
  for (const name of readdirSync(folder)) if (!current.has(name)) rmSync(join(folder, name))
}

/** A source and the headers of ours that it includes, themselves and through others. */
function withHeaders(name, found = new Set()) {
  if (found.has(name)) return found
  found.add(name)
  const text = readFileSync(join(root, 'src', name), 'utf8')
  for (const [, header] of text.matchAll(/^#include "(.+)"$/gm)) withHeaders(header, found)
  return found
}

/** llama.cpp's and ggml's headers, taken once from the source that node-llama-cpp carries as a git bundle. */
async function llamaHeaders(bundle) {
  const folder = join(root, 'build', `headers-${engineVersion}`)
  const folders = [join(folder, 'include'), join(folder, 'ggml/include')]
  if (folders.every((path) => existsSync(path))) return folders
  mkdirSync(dirname(folder), { recursive: true })
  const work = mkdtempSync(join(root, 'build/clone-'))
  try {
    await run('git', ['clone', '--quiet', '--no-checkout', bundle, work])
    await run('git', ['-C', work, 'checkout', '--quiet', 'HEAD', '--', 'include', 'ggml/include'])
    rmSync(join(work, '.git'), { recursive: true })
    rmSync(folder, { recursive: true, force: true })
    renameSync(work, folder)
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
  return folders
}

function sourceFiles() {
  return readdirSync(join(root, 'src'))
    .filter((name) => /\.(cc|h)$/.test(name))
    .sort()
}

function stampOf(engine, compiler) {
  const files = ['../build.mjs', '../engine-files.js', ...sourceFiles()]
  return hashOf([engineVersion, engine.libraryFolder, compiler, sanitizer], files)
}

/** Of what is given, and of files beside the sources. */
function hashOf(words, names) {
  const digest = createHash('sha256').update(words.join('\0'))
  for (const name of names) digest.update(`\0${name}\0`).update(readFileSync(join(root, 'src', name)))
  return digest.digest('hex').slice(0, 32)
}

/** Two at once: a compiler takes half a gigabyte. */
async function inParallel(names, work) {
  const left = [...names]
  const next = async () => {
    for (let name = left.shift(); name !== undefined; name = left.shift()) await work(name)
  }
  await Promise.all([next(), next()])
}

async function run(command, args) {
  await promisify(execFile)(command, args, { maxBuffer: 1 << 24 })
}

function say(sentence) {
  process.stdout.write(`${sentence}\n`)
}
