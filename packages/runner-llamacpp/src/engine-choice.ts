import { SpeculationError } from '@foretoken/contract'

/** Which engine decodes. */
export type EngineName = 'native' | 'node-llama-cpp'

/** What the choice depends on. */
export interface EngineQuestion {
  /** As the caller wants it. */
  readonly wanted: EngineName | 'auto'
  /** The environment variable `FORETOKEN_ENGINE`. */
  readonly environment: string | undefined
  /** Whether the addon can be loaded, else why not. */
  readonly native: { readonly available: boolean; readonly reason: string }
  /** Whether node-llama-cpp found a GPU, which the addon does not use. */
  readonly hasGpu: boolean
}

const names: readonly string[] = ['auto', 'native', 'node-llama-cpp']

/**
 * The option wins over the environment. Left to itself, the native engine is taken where it is there, and node-llama-cpp
 * for a GPU. What was asked for and is not there is refused, with the reason and the cure.
 */
export function chooseEngine({ wanted, environment, native, hasGpu }: EngineQuestion): EngineName {
  assertName('engine', wanted)
  const variable = environment === undefined || environment === '' ? 'auto' : environment
  assertName('FORETOKEN_ENGINE', variable)
  const name = wanted === 'auto' ? variable : wanted
  if (name === 'node-llama-cpp') return name
  if (native.available) return name === 'auto' && hasGpu ? 'node-llama-cpp' : 'native'
  if (name === 'auto') return 'node-llama-cpp'
  const asked = wanted === 'native' ? "engine: 'native'" : 'FORETOKEN_ENGINE=native'
  const cure = 'npm run setup builds it where a C++ compiler is installed; or take node-llama-cpp'
  throw new SpeculationError('ERR_ENGINE_LOST', `${asked} was asked for, and ${native.reason}; ${cure}`, {
    details: { engine: 'native', reason: native.reason },
  })
}

function assertName(option: string, name: string): asserts name is EngineName | 'auto' {
  if (names.includes(name)) return
  throw new SpeculationError(
    'ERR_OPTION_INVALID',
    `${option} must be auto, native or node-llama-cpp, got ${JSON.stringify(name)}`,
    { details: { option } },
  )
}
