import { SpeculationError } from '@foretoken/contract'
import type { Llama } from 'node-llama-cpp'

/** The version of node-llama-cpp that this package is written against; a model test compares it with the manifest. */
export const ENGINE_VERSION = '3.22.1'

/** One user's hold on the llama.cpp of this process. */
export interface Engine {
  readonly llama: Llama
  /** Marks a place in llama.cpp's log. */
  mark(): number
  /** The first thing that llama.cpp called an error behind a mark; empty where there is none. */
  wordsSince(mark: number): Promise<string>
  /** Gives the hold back; the last one out frees llama.cpp. Idempotent. */
  release(options?: { readonly failed?: boolean }): Promise<void>
}

interface RunningEngine {
  readonly llama: Llama
  /** The last lines of llama.cpp's log; `index` counts all there ever were. */
  readonly errors: { readonly index: number; readonly message: string }[]
}

const keptErrors = 16

// The state of the one engine: who holds it, how it was started, and the end of the one before.
let holds = 0
let running: Promise<RunningEngine> | undefined
let ended: Promise<void> = Promise.resolve()
/** A model that failed to load may leave a lock behind for which node-llama-cpp's disposal waits for ever. */
let tainted = false

/** Takes hold of the one llama.cpp of this process, which starts with the first hold (about half a second). */
export async function acquireEngine(): Promise<Engine> {
  holds++
  running ??= ended.catch(() => {}).then(startEngine)
  const starting = running
  let engine: RunningEngine
  try {
    engine = await starting
  } catch (error) {
    holds--
    if (running === starting) running = undefined
    throw error
  }
  const { llama, errors } = engine
  let held = true
  return {
    llama,
    mark: () => (errors.at(-1)?.index ?? -1) + 1,
    async wordsSince(mark) {
      // llama.cpp's log lines arrive as macrotasks of their own.
      await new Promise((resolve) => setImmediate(resolve))
      return errors.find(({ index }) => index >= mark)?.message ?? ''
    },
    async release({ failed = false } = {}) {
      if (!held) return
      held = false
      tainted ||= failed
      holds--
      if (holds > 0 || tainted) return
      running = undefined
      ended = llama.dispose()
      await ended
    },
  }
}

async function startEngine(): Promise<RunningEngine> {
  const errors: RunningEngine['errors'] = []
  let index = 0
  const { getLlama, getModuleVersion, LlamaLogLevel } = await importEngine()
  const version = await getModuleVersion()
  if (version !== ENGINE_VERSION) throw wrongVersion(version)
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
    return { llama, errors }
  } catch (cause) {
    throw lost('llama.cpp does not start', { cause })
  }
}

async function importEngine(): Promise<typeof import('node-llama-cpp')> {
  try {
    return await import('node-llama-cpp')
  } catch (cause) {
    throw wrongVersion('none', cause)
  }
}

/** The names that the check relies on may be missing in other versions, so it comes before any other use. */
function wrongVersion(found: string, cause?: unknown): SpeculationError<'ERR_ENGINE_VERSION'> {
  const message = `expected node-llama-cpp ${ENGINE_VERSION}, found ${found}; install node-llama-cpp@${ENGINE_VERSION}`
  return new SpeculationError('ERR_ENGINE_VERSION', message, { details: { expected: ENGINE_VERSION, found }, cause })
}

/** `ERR_ENGINE_LOST` with the engine's own words. */
export function lost(
  what: string,
  { cause, words = '' }: { cause: unknown; words?: string },
): SpeculationError<'ERR_ENGINE_LOST'> {
  const own = cause instanceof Error ? cause.message : String(cause)
  const said = words === '' || words === own ? own : `${own} (${words})`
  return new SpeculationError('ERR_ENGINE_LOST', `${what}: ${said}`, { details: { said }, cause })
}
