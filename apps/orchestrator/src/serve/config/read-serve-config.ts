import { access, open } from 'node:fs/promises'
import { SpeculationError } from '@foretoken/contract'
import type { ServeOptions } from '../serve-options.js'
import { configOfOptions, withOptions } from './config-of-options.js'
import { parseServeConfig } from './parse-serve-config.js'
import { withRegistry } from './registry-config.js'
import type { ServeConfig } from './serve-config.js'

/** The name of a configuration that is found by itself. */
export const configName = 'foretoken.yaml'

/** Largest configuration, in bytes; one with a thousand models takes a tenth of it. */
const mostBytes = 2 ** 20

/** A configuration and what it does not serve, in sentences. */
export interface FoundConfig {
  readonly config: ServeConfig
  readonly notes: readonly string[]
}

/** What is served: the named models, or a configuration with what the command line says over it. */
export async function readServeConfig(options: ServeOptions): Promise<FoundConfig> {
  const { models, config: path } = options
  if (models.length > 0 && path !== undefined)
    throw new SpeculationError(
      'ERR_OPTION_INVALID',
      'models are named, or --config is; put the models into the configuration',
    )
  if (models.length > 0) return { config: configOfOptions(options), notes: [] }
  if (path === undefined && !(await isThere(configName)))
    throw new SpeculationError(
      'ERR_OPTION_INVALID',
      `name a GGUF file, or make a ${configName} here: foretoken init writes one`,
    )
  for (const option of ['context', 'slots', 'threads', 'draft'] as const)
    if (options[option] !== undefined)
      throw new SpeculationError(
        'ERR_OPTION_INVALID',
        `--${option} is for named models; say it in ${path ?? configName}`,
      )
  const { config, notes } = await readConfigFile(path ?? configName)
  if (config.models.length === 0)
    throw new SpeculationError(
      'ERR_FILE_NOT_FOUND',
      `no model of ${config.registry} is here; foretoken plan --serve ${path ?? configName} says what is missing`,
      { details: { notes } },
    )
  return { config: withOptions(config, options), notes }
}

/** Reads a configuration and the registry that it names. */
export async function readConfigFile(path: string): Promise<FoundConfig> {
  return await withRegistry(parseServeConfig(await readBounded(path), path))
}

/** The size that a file tells is not believed: a device tells 0 and never ends. */
async function readBounded(path: string): Promise<string> {
  const buffer = Buffer.alloc(mostBytes + 1)
  let bytes = 0
  try {
    await using file = await open(path)
    for (let read = -1; read !== 0; bytes += read)
      read = (await file.read(buffer, bytes, buffer.length - bytes)).bytesRead
  } catch (cause) {
    throw new SpeculationError('ERR_FILE_NOT_FOUND', `the configuration ${path} cannot be read`, { cause })
  }
  if (bytes <= mostBytes) return buffer.toString('utf8', 0, bytes)
  throw new SpeculationError('ERR_CONFIG_FORMAT', `${path} must be at most ${mostBytes} bytes; shorten it`)
}

async function isThere(path: string): Promise<boolean> {
  try {
    await access(path)
    return true
  } catch {
    return false
  }
}
