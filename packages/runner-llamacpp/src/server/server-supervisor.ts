import { SpeculationError } from '@foretoken/contract'
import { throwIfAborted } from '../throw-if-aborted.js'
import { backoffMs } from './backoff.js'
import type { ServerCommand } from './server-command.js'
import { endOf, mayPass } from './server-failure.js'
import type { ServerLog } from './server-log.js'
import type { ServerProcess } from './server-process.js'
import { untilAborted, waitFor } from './wait-for.js'

/** Something that happened to a managed server. */
export type LlamaServerEvent =
  | { readonly kind: 'started'; readonly pid: number | undefined; readonly url: string; readonly startMs: number }
  /** `restarts`: it is being started again; otherwise it stays dead until somebody asks for it. */
  | { readonly kind: 'died'; readonly reason: string; readonly restarts: boolean }
  | { readonly kind: 'line'; readonly line: string }

/** What a supervisor is told. */
export interface ServerSupervisorSettings {
  readonly startTimeoutMs: number
  readonly stopTimeoutMs: number
  readonly mostDeaths: number
  readonly youngMs: number
  readonly firstDelayMs: number
  readonly onEvent: (event: LlamaServerEvent) => void
}

const longestDelayMs = 30_000

/** Keeps one server running: starts it again when it dies, ever later, and gives up after too many early deaths in a row. */
export class ServerSupervisor {
  readonly #start: (command: ServerCommand) => ServerProcess
  readonly #settings: ServerSupervisorSettings
  #command: ServerCommand
  #process: ServerProcess | undefined
  #url: string | undefined
  #upSinceMs = 0
  #starting: Promise<string> | undefined
  #hasBeenUp = false
  #deaths = 0
  #starts = 0
  readonly #closing = new AbortController()

  constructor(
    start: (command: ServerCommand) => ServerProcess,
    settings: ServerSupervisorSettings,
    command: ServerCommand,
  ) {
    this.#start = start
    this.#settings = settings
    this.#command = command
  }

  /** Where it answers; undefined while it does not. */
  get url(): string | undefined {
    return this.#url
  }

  get pid(): number | undefined {
    return this.#process?.pid
  }

  get starts(): number {
    return this.#starts
  }

  get log(): ServerLog | undefined {
    return this.#process?.log
  }

  /** The caller's signal ends its own wait; the start goes on unless it is the first one. */
  async ready(signal?: AbortSignal): Promise<string> {
    throwIfAborted(signal)
    if (this.#closing.signal.aborted) throw closedServer()
    if (this.#url !== undefined) return this.#url
    this.#starting ??= this.#begin(() => this.#startUntilUp())
    return untilAborted(this.#starting, signal)
  }

  async restart(command: ServerCommand = this.#command): Promise<void> {
    if (this.#starting !== undefined) await this.#starting.catch(() => {})
    const old = this.#process
    // Before the stop: its end is no death.
    this.#forget()
    this.#command = command
    this.#deaths = 0
    this.#hasBeenUp = false
    // Whoever asks meanwhile waits for the new one: two models at once may not fit.
    this.#starting = this.#begin(async () => {
      await old?.stop(this.#settings.stopTimeoutMs)
      return this.#startUntilUp()
    })
    await this.#starting
  }

  #begin(start: () => Promise<string>): Promise<string> {
    const starting = start().finally(() => {
      if (this.#starting === starting) this.#starting = undefined
    })
    return starting
  }

  async close(): Promise<void> {
    const old = this.#process
    this.#closing.abort()
    this.#forget()
    await old?.stop(this.#settings.stopTimeoutMs)
  }

  async #startUntilUp(): Promise<string> {
    for (;;) {
      try {
        if (this.#deaths > 0) await this.#pause()
        return await this.#startOnce()
      } catch (error) {
        if (this.#closing.signal.aborted) throw closedServer()
        // What never worked will not, and neither will what it refuses for good.
        const again = SpeculationError.is(error) && mayPass(error) && this.#hasBeenUp
        if (!again || this.#deaths > this.#settings.mostDeaths) throw error
      }
    }
  }

  async #startOnce(): Promise<string> {
    const startedMs = performance.now()
    const server = this.#start(this.#command)
    this.#process = server
    this.#starts++
    void server.ended.then((death) => this.#bury(server, endOf(death)))
    const timeoutMs = this.#settings.startTimeoutMs
    try {
      const url = await server.answers({ timeoutMs, signal: this.#closing.signal })
      if (this.#process !== server) throw new SpeculationError('ERR_ENGINE_LOST', 'llama-server ended as it was ready')
      this.#hasBeenUp = true
      this.#url = url
      this.#upSinceMs = performance.now()
      this.#settings.onEvent({ kind: 'started', pid: server.pid, url, startMs: this.#upSinceMs - startedMs })
      return url
    } catch (error) {
      await server.stop(0)
      throw error
    }
  }

  #bury(server: ServerProcess, end: string): void {
    if (this.#process !== server) return
    const wasUp = this.#url !== undefined
    if (wasUp && performance.now() - this.#upSinceMs >= this.#settings.youngMs) this.#deaths = 0
    this.#forget()
    this.#deaths++
    const goesOn = this.#hasBeenUp && this.#deaths <= this.#settings.mostDeaths
    const words = server.log.lastComplaint
    const reason = words === undefined ? end : `${end}: ${words}`
    this.#settings.onEvent({ kind: 'died', reason, restarts: goesOn })
    if (wasUp && goesOn) this.ready().catch(() => {})
  }

  #forget(): void {
    this.#process = undefined
    this.#url = undefined
  }

  #pause(): Promise<void> {
    const firstMs = this.#settings.firstDelayMs
    return waitFor(backoffMs(this.#deaths, { firstMs, longestMs: longestDelayMs }), this.#closing.signal)
  }
}

function closedServer(): SpeculationError<'ERR_SESSION_CLOSED'> {
  return new SpeculationError('ERR_SESSION_CLOSED', 'the llama-server was closed; start another one')
}
