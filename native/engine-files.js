import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The node-llama-cpp release whose llama.cpp the sources are written for. */
export const engineVersion = '3.22.1'

/** A build with a compiler's checks, such as `address`, lies beside the ordinary one and is loaded by the same variable. */
export const sanitizer = process.env['FORETOKEN_SANITIZE'] ?? ''

export const addonFile = fileURLToPath(new URL(`build/${sanitizer && `${sanitizer}/`}foretoken.node`, import.meta.url))

/**
 * Where the installed node-llama-cpp keeps what the addon needs, found by pattern because file names carry llama.cpp's
 * version. Throws a coded error with the cure.
 */
export function engineFiles() {
  const engine = packageFolder('node-llama-cpp', fileURLToPath(import.meta.url))
  if (engine === undefined) throw coded('ERR_ENGINE_LOST', 'node-llama-cpp is not installed; install it')
  const { version } = JSON.parse(readFileSync(join(engine, 'package.json'), 'utf8'))
  if (version !== engineVersion) {
    const cure = `install node-llama-cpp@${engineVersion}`
    throw coded(
      'ERR_ENGINE_VERSION',
      `the native engine needs node-llama-cpp ${engineVersion}, got ${version}; ${cure}`,
    )
  }
  return { sourceBundle: join(engine, 'llama/gitRelease.bundle'), ...libraries(engine) }
}

function libraries(engine) {
  const platform = `${process.platform}-${process.arch}`
  const prebuilt = packageFolder(`@node-llama-cpp/${platform}`, join(engine, 'package.json'))
  const builds =
    prebuilt === undefined ? [] : readdirSync(join(prebuilt, 'bins')).map((name) => join(prebuilt, 'bins', name))
  const folder = builds.find((path) => library(path, 'llama') !== undefined)
  if (folder === undefined) {
    const cure = `the embedded engine of node-llama-cpp may still run there`
    throw coded('ERR_ENGINE_LOST', `there is no prebuilt llama.cpp for ${platform} in node-llama-cpp; ${cure}`)
  }
  const names = ['llama', 'ggml', 'ggml-base'].map((name) => library(folder, name))
  return { libraryFolder: folder, libraryNames: names }
}

function library(folder, name) {
  const pattern = new RegExp(`^lib${name}(\\.v?[0-9.]+)?\\.(so|dylib)$`)
  return readdirSync(folder).find((file) => pattern.test(file))
}

/** Where a package lies, as Node finds it from a file; its exports need not name package.json. */
function packageFolder(name, from) {
  const places = createRequire(from).resolve.paths(name) ?? []
  const place = places.map((path) => join(path, name)).find((path) => existsSync(join(path, 'package.json')))
  return place === undefined ? undefined : realpathSync(place)
}

/** An error as `SpeculationError` is recognised by: one with a code. */
export function coded(code, message, cause) {
  return Object.assign(new Error(message, cause && { cause }), { code })
}
