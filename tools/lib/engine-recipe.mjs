import { createHash } from 'node:crypto'
import { createReadStream, existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs'
import { createRequire } from 'node:module'
import { cpus, homedir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { root } from './stage.mjs'

/** llama.cpp's programs that tests and benchmarks use, by the names of their targets. */
export const targets = ['llama-server', 'ggml-rpc-server', 'llama-bench', 'llama-quantize', 'llama-lookup-create']

// Without OpenMP, as node-llama-cpp builds it, so that both wait for threads in the same way. Without shared
// libraries a program runs from wherever it lies. The page of llama-server would be downloaded.
export const cmakeOptions = [
  '-DCMAKE_BUILD_TYPE=Release',
  '-DBUILD_SHARED_LIBS=OFF',
  '-DCMAKE_EXE_LINKER_FLAGS=-s',
  '-DGGML_RPC=ON',
  '-DGGML_OPENMP=OFF',
  '-DGGML_CCACHE=OFF',
  '-DLLAMA_BUILD_TESTS=OFF',
  '-DLLAMA_BUILD_APP=OFF',
  '-DLLAMA_BUILD_UI=OFF',
  '-DLLAMA_USE_PREBUILT_UI=OFF',
  '-DLLAMA_OPENSSL=OFF',
  '-DLLAMA_CURL=OFF',
]

/** What is built from what, and where it goes: `<cache>/foretoken/<bundle hash>/<hash of all that changes the output>`. */
export async function engineRecipe() {
  const library = packageFolder('node-llama-cpp', join(root, 'packages/runner-llamacpp'))
  const bundle = join(library, 'llama/gitRelease.bundle')
  const prebuilt = prebuiltFolder(library)
  const hash = createHash('sha256')
  await pipeline(createReadStream(bundle), hash)
  const parent = join(cacheFolder(), hash.digest('hex').slice(0, 16))
  const inputs = [process.platform, process.arch, processor(), targets, cmakeOptions, prebuilt && readdirSync(prebuilt)]
  const key = createHash('sha256').update(JSON.stringify(inputs)).digest('hex').slice(0, 8)
  return { bundle, prebuilt, parent, folder: join(parent, `engines-${key}`) }
}

/** Foretoken's folder for what can be made again. */
function cacheFolder() {
  const { XDG_CACHE_HOME } = process.env
  return join(XDG_CACHE_HOME ? XDG_CACHE_HOME : join(homedir(), '.cache'), 'foretoken')
}

/** The libraries that node-llama-cpp ships for this machine's processor; none on a platform without them. */
function prebuiltFolder(library) {
  const name = `${process.platform}-${process.arch}`
  try {
    const bins = join(packageFolder(`@node-llama-cpp/${name}`, library), 'bins')
    return readdirSync(bins)
      .map((build) => join(bins, build))
      .find((folder) => readdirSync(folder).some((file) => /^libllama\b.*\.so$/.test(file)))
  } catch {
    return undefined
  }
}

/** Where a package lies, as Node finds it from a folder; its exports need not name package.json. */
function packageFolder(name, from) {
  const places = createRequire(join(from, 'package.json')).resolve.paths(name) ?? []
  const place = places.map((path) => join(path, name)).find((path) => existsSync(join(path, 'package.json')))
  if (place === undefined) throw new Error(`${name} is not installed; run npm run setup`)
  return realpathSync(place)
}

// The build is for this processor, and a home may move to another one.
function processor() {
  try {
    return /^(?:flags|Features)\s*:.*$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[0]
  } catch {
    return cpus()[0]?.model
  }
}
