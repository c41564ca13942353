import { NO_TOKENS, SpeculationError, type Tokens } from '@foretoken/contract'
import type { TextStep } from '../generate-text.js'
import { type EngineChannel, parentChannel } from './engine-channel.js'
import { type FromEngine, sentError, type ToEngine } from './host-protocol.js'

/** What an engine process does: one model, its drafters and the loop. `Request` and all results must be cloneable. */
export interface HostedEngine<Request> extends AsyncDisposable {
  /** What the host is told about the engine once it is there. */
  readonly facts: unknown
  /** Writes a text. `answer` is what was written of it before an earlier process died; only what is new is yielded. */
  generate(request: Request, options: HostedTextOptions): AsyncIterable<TextStep>
  /**
   * Functions that the host may call by name. One that was interrupted by a death is called again.
   * @defaultValue none
   */
  readonly calls?: Readonly<Record<string, (input: never) => unknown>>
  /** Writes what is to outlive the process, the drafters' memory; called now and then and before the end. */
  save?(): Promise<void>
}

/** How a hosted text is written. */
export interface HostedTextOptions {
  readonly answer: Tokens
  readonly signal: AbortSignal
}

/** What a worker's `create` is handed besides the configuration. */
export interface EngineLoading {
  /** Tells the host how much is loaded (0 to 1). */
  readonly onProgress: (rate: number) => void
}

/** Makes an engine from the host's `config`. */
export type CreateEngine<Config, Request> = (config: Config, loading: EngineLoading) => Promise<HostedEngine<Request>>

/** Options of {@link serveEngine}. */
export interface ServeEngineOptions {
  /**
   * Time between two saves, in milliseconds (100 to 2^31 − 1).
   * @defaultValue 30000
   */
  readonly saveEveryMs?: number
}

/**
 * Runs an engine for the process that started this one, until that one closes it or is gone. The last statement of a
 * host's worker module; the configuration is the host's `config`.
 */
export function serveEngine<Config, Request>(
  create: CreateEngine<Config, Request>,
  options: ServeEngineOptions = {},
): void {
  const channel = parentChannel()
  // Ctrl-C reaches every process of a terminal; the host decides what ends.
  process.on('SIGINT', () => {})
  attachEngine(create, channel, options)
}

/** The same over any channel. */
export function attachEngine<Config, Request>(
  create: CreateEngine<Config, Request>,
  channel: EngineChannel,
  { saveEveryMs = 30_000 }: ServeEngineOptions = {},
): void {
  const service = new EngineService<Request>(channel, saveEveryMs)
  channel.listen({
    message: (message) => service.hear(message, create as CreateEngine<unknown, Request>),
    gone: () => service.close(),
  })
}

class EngineService<Request> {
  readonly #channel: EngineChannel
  readonly #saveEveryMs: number
  readonly #running = new Map<number, AbortController>()
  #engine: HostedEngine<Request> | undefined
  #saving: Promise<void> = Promise.resolve()
  #timer: NodeJS.Timeout | undefined
  #closing: Promise<void> | undefined

  constructor(channel: EngineChannel, saveEveryMs: number) {
    this.#channel = channel
    this.#saveEveryMs = saveEveryMs
  }

  hear(message: ToEngine, create: CreateEngine<unknown, Request>): void {
    if (message.kind === 'create')
      void this.#create(() => create(message.config, { onProgress: (rate) => this.#send({ kind: 'progress', rate }) }))
    else if (message.kind === 'generate') void this.#generate(message.id, message.request as Request, message.answer)
    else if (message.kind === 'call') void this.#call(message)
    else if (message.kind === 'cancel') this.#running.get(message.id)?.abort()
    else void this.close()
  }

  async #create(create: () => Promise<HostedEngine<Request>>): Promise<void> {
    try {
      this.#engine = await create()
    } catch (error) {
      this.#send({ kind: 'refused', error: sentError(error) })
      this.#channel.leave()
      return
    }
    this.#timer = setInterval(() => void this.#save().catch(() => {}), this.#saveEveryMs)
    this.#timer.unref()
    this.#send({ kind: 'ready', facts: this.#engine.facts })
  }

  async #generate(id: number, request: Request, answer: Tokens = NO_TOKENS): Promise<void> {
    const controller = new AbortController()
    this.#running.set(id, controller)
    try {
      const text = this.#opened().generate(request, { answer, signal: controller.signal })
      for await (const step of text) this.#send({ kind: 'step', id, step })
      this.#send({ kind: 'done', id })
    } catch (error) {
      this.#send({ kind: 'failed', id, error: sentError(error) })
    } finally {
      this.#running.delete(id)
    }
  }

  async #call({ id, name, input }: Extract<ToEngine, { kind: 'call' }>): Promise<void> {
    try {
      const { calls = {} } = this.#opened()
      const call = Object.hasOwn(calls, name) ? calls[name] : undefined
      if (call === undefined) throw new SpeculationError('ERR_OPTION_INVALID', `the engine has no function "${name}"`)
      this.#send({ kind: 'result', id, output: await call(input as never) })
    } catch (error) {
      this.#send({ kind: 'failed', id, error: sentError(error) })
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    clearInterval(this.#timer)
    for (const controller of this.#running.values()) controller.abort()
    try {
      await this.#save()
      await this.#engine?.[Symbol.asyncDispose]()
    } finally {
      this.#channel.leave()
    }
  }

  /** One save at a time. */
  #save(): Promise<void> {
    this.#saving = this.#saving.catch(() => {}).then(() => this.#engine?.save?.())
    return this.#saving
  }

  #opened(): HostedEngine<Request> {
    if (this.#engine !== undefined && this.#closing === undefined) return this.#engine
    throw new SpeculationError('ERR_SESSION_CLOSED', 'the engine is not open; start the host again')
  }

  #send(message: FromEngine): void {
    this.#channel.send(message)
  }
}
