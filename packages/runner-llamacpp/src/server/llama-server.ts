import { randomBytes } from 'node:crypto'
import { assertInteger } from '@foretoken/contract'
import { addressedCommand, type ServerCommand } from './server-command.js'
import { startServer } from './server-process.js'
import { type LlamaServerEvent, ServerSupervisor } from './server-supervisor.js'

/** Options of {@link llamaServer}: what is started, such as a `LaunchPlan` of `@foretoken/registry`, and how it is kept. */
export interface LlamaServerOptions extends ServerCommand {
  /**
   * Port of the loopback interface; 0 is a free one, chosen anew by each start (0 to 65535).
   * @defaultValue 0
   */
  readonly port?: number
  /**
   * Time to load the model, in milliseconds (1 to 2^31 − 1).
   * @defaultValue 600000
   */
  readonly startTimeoutMs?: number
  /**
   * Time to end by itself before it is killed, in milliseconds (0 to 2^31 − 1).
   * @defaultValue 10000
   */
  readonly stopTimeoutMs?: number
  /**
   * How often in a row it may die young before it is left dead until somebody asks for it (0 to 100).
   * @defaultValue 5
   */
  readonly mostDeaths?: number
  /**
   * A process that has answered this long is no young one, in milliseconds (0 to 2^31 − 1).
   * @defaultValue 10000
   */
  readonly youngMs?: number
  /**
   * Wait before the second start in a row, in milliseconds; each further one waits twice as long, at most 30 s (1 to 30000).
   * @defaultValue 250
   */
  readonly firstDelayMs?: number
  /** Hears of starts and deaths, and every line that the server writes. */
  readonly onEvent?: (event: LlamaServerEvent) => void
  /** Gives up the first start. */
  readonly signal?: AbortSignal
}

/** Where a managed server answers. */
export interface ServerAddress {
  /** Without a path, such as `http://127.0.0.1:40123`. */
  readonly url: string
  /** For the `authorization` header; nobody else on the machine has it. */
  readonly apiKey: string
}

/** A `llama-server` process that is started again when it dies. Disposal ends it. */
export interface LlamaServer extends AsyncDisposable {
  /** Resolves when it answers; rejects with its own words when it cannot. A server that was given up is tried again. */
  ready(options?: { readonly signal?: AbortSignal }): Promise<ServerAddress>
  /** Whether it answers now. */
  readonly isUp: boolean
  readonly pid: number | undefined
  /** How often it was started. */
  readonly starts: number
  /** What it wrote last, oldest first; at most 200 lines. */
  readonly log: readonly string[]
  /** What it complained of since it was started, also where it runs: a draft model that it left out, for one. At most 40 lines. */
  readonly complaints: readonly string[]
  /** Ends it and starts it anew, with another command where one is given: other experts, another model. */
  restart(command?: ServerCommand): Promise<void>
}

/**
 * Starts a llama-server and waits until its model is loaded. It listens on the loopback interface, with a key of its own,
 * and ends with this process, however that ends. Throws what its words mean: `ERR_FILE_NOT_FOUND`, `ERR_MODEL_FORMAT`,
 * `ERR_MODEL_UNSUPPORTED`, `ERR_VOCABULARY_MISMATCH`, `ERR_BUDGET_EXCEEDED`, `ERR_OPTION_INVALID`, or `ERR_ENGINE_LOST`.
 */
export async function llamaServer(options: LlamaServerOptions): Promise<LlamaServer> {
  const { port = 0, startTimeoutMs = 600_000, stopTimeoutMs = 10_000, mostDeaths = 5, youngMs = 10_000 } = options
  const { firstDelayMs = 250, onEvent = () => {}, signal } = options
  const most = 2 ** 31 - 1
  assertInteger('port', port, { min: 0, max: 65_535 })
  assertInteger('startTimeoutMs', startTimeoutMs, { min: 1, max: most })
  assertInteger('stopTimeoutMs', stopTimeoutMs, { min: 0, max: most })
  assertInteger('mostDeaths', mostDeaths, { min: 0, max: 100 })
  assertInteger('youngMs', youngMs, { min: 0, max: most })
  assertInteger('firstDelayMs', firstDelayMs, { min: 1, max: 30_000 })
  addressedCommand(options.command, port)
  const apiKey = randomBytes(24).toString('hex')
  const onLine = (line: string): void => onEvent({ kind: 'line', line })
  const supervisor = new ServerSupervisor(
    (command) => startServer({ ...command, port, apiKey, onLine }),
    { startTimeoutMs, stopTimeoutMs, mostDeaths, youngMs, firstDelayMs, onEvent },
    { command: options.command, ...(options.environment && { environment: options.environment }) },
  )
  try {
    await supervisor.ready(signal)
  } catch (error) {
    await supervisor.close()
    throw error
  }
  return {
    ready: async (call = {}) => ({ url: await supervisor.ready(call.signal), apiKey }),
    get isUp() {
      return supervisor.url !== undefined
    },
    get pid() {
      return supervisor.pid
    },
    get starts() {
      return supervisor.starts
    },
    get log() {
      return supervisor.log?.lines ?? []
    },
    get complaints() {
      return supervisor.log?.complaints ?? []
    },
    restart: (command) => supervisor.restart(command),
    [Symbol.asyncDispose]: () => supervisor.close(),
  }
}
