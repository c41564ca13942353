import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { addonFile, coded, engineFiles } from './engine-files.js'

const buildCommand = `node "${fileURLToPath(new URL('build.mjs', import.meta.url))}"`

/** Why a text ends, by the addon's numbers. */
const ends = ['', 'end-of-text', 'context-full']

let binding

export function loadBinding() {
  binding ??= open()
  return binding
}

export function bindingStatus() {
  try {
    loadBinding()
    return { available: true, reason: '' }
  } catch (error) {
    return { available: false, reason: error.message }
  }
}

function open() {
  const { libraryFolder } = engineFiles()
  if (!existsSync(addonFile)) {
    throw coded('ERR_ENGINE_LOST', `the native engine is not built; with a C++ compiler, run ${buildCommand}`)
  }
  const addon = load()
  addon.setVerdictOf(verdictOf)
  const start = (folder = libraryFolder) => addon.start(folder)
  return {
    engineVersion: addon.engineVersion,
    start,
    living: addon.living,
    async loadModel(path, options) {
      start()
      return await addon.loadModel(path, options)
    },
  }
}

/** Called by the addon for each verification. */
function verdictOf(
  accepted,
  next,
  width,
  replayedTokens,
  batchWidth,
  microBatches,
  end,
  topGap,
  verifyMs,
  decodeMs,
  samplingMs,
  rollbackMs,
) {
  return {
    accepted,
    next,
    width,
    replayedTokens,
    batchWidth,
    microBatches,
    end: ends[end],
    topGap,
    verifyMs,
    decodeMs,
    samplingMs,
    rollbackMs,
  }
}

function load() {
  try {
    return createRequire(import.meta.url)(addonFile)
  } catch (cause) {
    throw coded(
      'ERR_ENGINE_LOST',
      `the native engine cannot be loaded (${cause.message}); run ${buildCommand} again`,
      cause,
    )
  }
}
