import { fileURLToPath } from 'node:url'
import { assertInteger, SpeculationError } from '@foretoken/contract'
import type { TextStep } from '../generate-text.js'
import { throwIfAborted } from '../throw-if-aborted.js'
import { deathIn, type EngineDeath, forkedProcess, type StartProcess } from './engine-process.js'
import { closedHost, EngineSupervisor, type SupervisorSettings } from './engine-supervisor.js'
import { HostedCall, type HostedTask, HostedText } from './hosted-task.js'

/** Options of {@link startEngineHost}. */
export interface EngineHostOptions {
  /** The module that an engine process runs; it ends with `serveEngine(…)`. */
  readonly worker: URL | string
  /** Handed to the worker's `create`, as it is when a process starts; must be cloneable. */
  readonly config: unknown
  /**
   * How often in a row the engine may die without a step in between before the host gives up (0 to 100).
   * @defaultValue 5
   */
  readonly mostDeaths?: number
  /**
   * Time that a closing engine has to save and to end before it is killed, in milliseconds (1 to 2^31 − 1).
   * @defaultValue 10000
   */
  readonly closeTimeoutMs?: number
  /**
   * Variables added to the process's environment.
   * @defaultValue {}
   */
  readonly environment?: Readonly<Record<string, string>>
  /** Hears of deaths and new starts, for a log. */
  readonly onEvent?: (event: EngineEvent) => void
  /** Hears how much of the model is loaded (0 to 1), where the worker says it; of new starts as well. */
  readonly onProgress?: (rate: number) => void
  /** Cancels the first start: its process is ended, and `ERR_ABORTED` thrown. */
  readonly signal?: AbortSignal
}

/** Something that happened to an engine process. */
export type EngineEvent =
  | { readonly kind: 'started'; readonly pid: number | undefined; readonly startMs: number }
  | { readonly kind: 'died'; readonly death: EngineDeath; readonly openRequests: number }

/** An engine in a process of its own, which is started again when it dies; no request is lost by that. */
export interface EngineHost<Facts, Request, Written extends TextStep = TextStep> extends AsyncDisposable {
  /** What the engine says of itself. */
  readonly facts: Facts
  /** Process id of the engine that runs now, for a log. */
  readonly pid: number | undefined
  /** How often it was started again. */
  readonly restarts: number
  /**
   * Writes a text. When the engine dies, the text goes on in a new one behind its last step; a request over which
   * engines die again and again ends with `ERR_ENGINE_LOST`.
   */
  generate(request: Request, options?: { readonly signal?: AbortSignal }): AsyncGenerator<Written, void, void>
  /** Calls one of the engine's functions. */
  call(name: string, input: unknown): Promise<unknown>
}

/**
 * Starts an engine process and waits until its model is loaded. A file on which llama.cpp aborts ends that process only:
 * `ERR_ENGINE_LOST` with its last words.
 */
export async function startEngineHost<Facts, Request, Written extends TextStep = TextStep>(
  options: EngineHostOptions,
): Promise<EngineHost<Facts, Request, Written>> {
  const { worker, environment = {} } = options
  const path = worker instanceof URL || worker.startsWith('file:') ? fileURLToPath(worker) : worker
  return hostEngine(forkedProcess(path, environment), options)
}

/** The same over any kind of process. */
export async function hostEngine<Facts, Request, Written extends TextStep = TextStep>(
  start: StartProcess,
  options: Omit<EngineHostOptions, 'worker' | 'environment'>,
): Promise<EngineHost<Facts, Request, Written>> {
  const { mostDeaths = 5, closeTimeoutMs = 10_000, signal } = options
  assertInteger('mostDeaths', mostDeaths, { min: 0, max: 100 })
  assertInteger('closeTimeoutMs', closeTimeoutMs, { min: 1, max: 2 ** 31 - 1 })
  const settings = { config: options.config, mostDeaths, closeTimeoutMs }
  throwIfAborted(signal)
  const host = new Host<Facts, Request, Written>(start, settings, options)
  const end = () => void host[Symbol.asyncDispose]()
  signal?.addEventListener('abort', end, { once: true })
  try {
    await host.ready()
  } catch (error) {
    throwIfAborted(signal)
    throw error
  } finally {
    signal?.removeEventListener('abort', end)
  }
  return host
}

class Host<Facts, Request, Written extends TextStep> implements EngineHost<Facts, Request, Written> {
  readonly #supervisor: EngineSupervisor
  readonly #tasks = new Map<number, HostedTask>()
  readonly #onEvent: (event: EngineEvent) => void
  #nextId = 0
  #facts: Facts | undefined
  #starts = 0
  /** Whether nothing was heard of any task since the last death. */
  #isQuiet = true

  constructor(
    start: StartProcess,
    settings: SupervisorSettings,
    { onEvent = () => {}, onProgress = () => {} }: Pick<EngineHostOptions, 'onEvent' | 'onProgress'>,
  ) {
    this.#onEvent = onEvent
    this.#supervisor = new EngineSupervisor(start, settings, {
      up: (facts, startMs) => this.#up(facts as Facts, startMs),
      progress: onProgress,
      hear: (message) => this.#hear(message),
      died: (death, wasUp) => this.#died(death, wasUp),
      lost: (error) => this.#failAll(error),
    })
  }

  get facts(): Facts {
    return this.#facts as Facts
  }

  get pid(): number | undefined {
    return this.#supervisor.pid
  }

  get restarts(): number {
    return this.#starts - 1
  }

  ready(): Promise<void> {
    return this.#supervisor.ready()
  }

  async *generate(request: Request, { signal }: { signal?: AbortSignal } = {}): AsyncGenerator<Written, void, void> {
    throwIfAborted(signal)
    const text = new HostedText(request)
    const id = this.#ask(text)
    const cancel = () => text.fail(new SpeculationError('ERR_ABORTED', 'the request was cancelled'))
    signal?.addEventListener('abort', cancel, { once: true })
    try {
      yield* text.steps() as AsyncGenerator<Written, void, void>
    } finally {
      signal?.removeEventListener('abort', cancel)
      // A reader that left early wants no more of it.
      if (this.#tasks.delete(id)) this.#supervisor.send({ kind: 'cancel', id })
    }
  }

  call(name: string, input: unknown): Promise<unknown> {
    const call = new HostedCall(name, input)
    this.#ask(call)
    return call.output
  }

  /** An engine that is still to come hears all open tasks when it is up. */
  #ask(task: HostedTask): number {
    const id = this.#nextId++
    this.#tasks.set(id, task)
    if (this.#supervisor.isUp) this.#supervisor.send(task.message(id))
    else this.ready().catch((error: Error) => this.#end(id, task, error))
    return id
  }

  #end(id: number, task: HostedTask, error: Error): void {
    task.fail(error)
    this.#tasks.delete(id)
  }

  #up(facts: Facts, startMs: number): void {
    this.#facts = facts
    this.#starts++
    for (const [id, task] of this.#tasks) this.#supervisor.send(task.message(id))
    this.#onEvent({ kind: 'started', pid: this.pid, startMs })
  }

  #hear(message: Parameters<HostedTask['hear']>[0]): void {
    this.#isQuiet = false
    if (this.#tasks.get(message.id)?.hear(message)) this.#tasks.delete(message.id)
  }

  #died(death: EngineDeath, wasUp: boolean): void {
    this.#onEvent({ kind: 'died', death, openRequests: this.#tasks.size })
    if (!wasUp) return
    const quiet = this.#isQuiet
    this.#isQuiet = true
    for (const [id, task] of this.#tasks) if (!task.survives(deathIn(death), quiet)) this.#tasks.delete(id)
  }

  #failAll(error: Error): void {
    for (const [id, task] of this.#tasks) this.#end(id, task, error)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = this.#supervisor.close()
    this.#failAll(closedHost())
    await closed
  }
}
