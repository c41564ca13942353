import { basename } from 'node:path'
import { SpeculationError } from '@foretoken/contract'
import type { ServeOptions } from '../serve-options.js'
import type { ModelConfig, ServeConfig } from './serve-config.js'

/** What the command line says by itself: its models are pinned, so that the first answer need not wait. */
export function configOfOptions(options: ServeOptions): ServeConfig {
  const { models: paths, draft } = options
  if (draft !== undefined && paths.length !== 1)
    throw new SpeculationError('ERR_OPTION_INVALID', '--draft goes with one model; name pairs in foretoken.yaml')
  return withOptions({ models: modelsOf(options), roles: [], pool: {}, engines: {}, keys: [], limits: {} }, options)
}

/** A configuration with what the command line says over it. */
export function withOptions(config: ServeConfig, options: ServeOptions): ServeConfig {
  const { host, port, state, memory, apiKeyEnv } = options
  return {
    ...config,
    ...(host !== undefined && { host }),
    ...(port !== undefined && { port }),
    ...(memory !== undefined && { memory }),
    ...(state !== undefined && { state: { ...config.state, folder: state } }),
    ...(apiKeyEnv !== undefined && {
      keys: [...config.keys, { name: 'default', environment: apiKeyEnv, admin: true }],
    }),
  }
}

function modelsOf({ models, context, slots, threads, draft }: ServeOptions): readonly ModelConfig[] {
  const taken = new Set<string>()
  return models.map((path) => ({
    name: freeName(basename(path).replace(/\.gguf$/, ''), taken),
    engine: 'embedded',
    path,
    pin: true,
    ...(context !== undefined && { context }),
    ...(slots !== undefined && { slots }),
    ...(threads !== undefined && { threads }),
    ...(draft !== undefined && { draft }),
  }))
}

function freeName(name: string, taken: Set<string>): string {
  let free = name
  for (let number = 2; taken.has(free); number++) free = `${name}-${number}`
  taken.add(free)
  return free
}
