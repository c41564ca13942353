import { SpeculationError } from '@foretoken/contract'
import type { Llama } from 'node-llama-cpp'

/** The version of node-llama-cpp that this package is written against; a model test compares it with the manifest. */
export const ENGINE_VERSION = '3.22.1'

/** The llama.cpp of this process. */
export interface Engine {
  readonly llama: Llama
  /** Marks a place in llama.cpp's log. */
  mark(): number
  /** The first thing that llama.cpp called an error behind a mark; empty where there is none. */
  wordsSince(mark: number): Promise<string>
}

const keptErrors = 16

let started: Promise<Engine> | undefined

/**
 * Starts llama.cpp, once (about half a second). It ends with the process: what takes memory are models and contexts, and
 * node-llama-cpp 3.22 lets a second start in one process write llama.cpp's log to the standard output.
 */
export function startEngine(): Promise<Engine> {
  started ??= start().catch((error: unknown) => {
    started = undefined
    throw error
  })
  return started
}

async function start(): Promise<Engine> {
  const errors: { readonly index: number; readonly message: string }[] = []
  let index = 0
  const { getLlama, LlamaLogLevel } = await importEngine()
  try {
    const llama = await getLlama({
      gpu: 'auto',
      build: 'never',
      skipDownload: true,
      progressLogs: false,
      // Each model says how many threads it takes.
      maxThreads: 0,
      logLevel: LlamaLogLevel.error,
      logger(_, message) {
        // Lines begin with the name of a C++ function.
        errors.push({ index: index++, message: message.trim().replace(/^\w+: /, '') })
        if (errors.length > keptErrors) errors.shift()
      },
    })
    return {
      llama,
      mark: () => index,
      async wordsSince(mark) {
        // llama.cpp's log lines arrive as macrotasks of their own.
        await new Promise((resolve) => setImmediate(resolve))
        return errors.find((error) => error.index >= mark)?.message ?? ''
      },
    }
  } catch (cause) {
    throw lost('llama.cpp does not start', { cause })
  }
}

async function importEngine(): Promise<typeof import('node-llama-cpp')> {
  let found = 'none'
  try {
    const engine = await import('node-llama-cpp')
    found = await engine.getModuleVersion()
    if (found === ENGINE_VERSION) return engine
  } catch (cause) {
    throw wrongVersion(found, cause)
  }
  throw wrongVersion(found)
}

function wrongVersion(found: string, cause?: unknown): SpeculationError<'ERR_ENGINE_VERSION'> {
  const message = `expected node-llama-cpp ${ENGINE_VERSION}, found ${found}; npm install node-llama-cpp@${ENGINE_VERSION}`
  return new SpeculationError('ERR_ENGINE_VERSION', message, { details: { expected: ENGINE_VERSION, found }, cause })
}

/** `ERR_BUDGET_EXCEEDED` where node-llama-cpp says that memory is short, else `ERR_ENGINE_LOST` with the engine's words. */
export function lost(
  what: string,
  { cause, words = '' }: { readonly cause: unknown; readonly words?: string },
): SpeculationError<'ERR_BUDGET_EXCEEDED' | 'ERR_ENGINE_LOST'> {
  const own = cause instanceof Error ? cause.message : String(cause)
  const said = words === '' || words === own ? own : `${own} (${words})`
  const details = { said }
  if (isShortOfMemory(cause)) {
    const cure = 'lower contextTokens or take a smaller quantisation'
    return new SpeculationError('ERR_BUDGET_EXCEEDED', `${what}: ${said}; ${cure}`, { details, cause })
  }
  return new SpeculationError('ERR_ENGINE_LOST', `${what}: ${said}`, { details, cause })
}

/** Its class is only there once the engine is loaded, and its instances carry no name of their own. */
function isShortOfMemory(cause: unknown): boolean {
  return cause instanceof Error && cause.constructor.name === 'InsufficientMemoryError'
}
