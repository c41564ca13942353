import { SpeculationError } from '@foretoken/contract'
import { deathIn, type EngineDeath, type EngineProcess, type StartProcess } from './engine-process.js'
import { receivedError, type TaskMessage, type ToEngine } from './host-protocol.js'

/** What a supervisor tells its host. */
export interface SupervisorListener {
  /** A new engine is ready and knows of nothing yet. */
  up(facts: unknown, startMs: number): void
  /** How much of a new engine is loaded (0 to 1). */
  progress(rate: number): void
  hear(message: TaskMessage): void
  /** `wasUp`: it died over its tasks, not while it started. */
  died(death: EngineDeath, wasUp: boolean): void
  /** No engine is there, and none will be until somebody asks for one. */
  lost(error: Error): void
}

/** What a supervisor is told. */
export interface SupervisorSettings {
  readonly config: unknown
  readonly mostDeaths: number
  readonly closeTimeoutMs: number
}

const firstDelayMs = 100
const mostDelayMs = 5_000

/** Keeps one engine process running: starts it again when it dies, ever later, and gives up after too many deaths in a row. */
export class EngineSupervisor {
  readonly #start: StartProcess
  readonly #settings: SupervisorSettings
  readonly #listener: SupervisorListener
  #process: EngineProcess | undefined
  #starting: Promise<void> | undefined
  #isUp = false
  #hasBeenUp = false
  #deaths = 0
  #closing: Promise<void> | undefined

  constructor(start: StartProcess, settings: SupervisorSettings, listener: SupervisorListener) {
    this.#start = start
    this.#settings = settings
    this.#listener = listener
  }

  get isUp(): boolean {
    return this.#isUp
  }

  get pid(): number | undefined {
    return this.#process?.pid
  }

  /** Only an engine that is up hears it. */
  send(message: ToEngine): void {
    if (this.#isUp) this.#process?.send(message)
  }

  /** Resolves when an engine is up. */
  ready(): Promise<void> {
    if (this.#closing !== undefined) return Promise.reject(closedHost())
    if (this.#isUp) return Promise.resolve()
    this.#starting ??= this.#startUntilUp().finally(() => {
      this.#starting = undefined
    })
    return this.#starting
  }

  async #startUntilUp(): Promise<void> {
    for (;;) {
      try {
        // What kills an engine may need time to pass.
        if (this.#deaths > 0) await delay(Math.min(firstDelayMs * 2 ** (this.#deaths - 1), mostDelayMs))
        if (this.#closing !== undefined) throw closedHost()
        await this.#startOnce()
        return
      } catch (error) {
        // What never worked will not; neither will what the engine refuses in words.
        const mayWork = this.#hasBeenUp && this.#deaths <= this.#settings.mostDeaths
        if (mayWork && SpeculationError.is(error, 'ERR_ENGINE_LOST')) continue
        this.#listener.lost(error as Error)
        throw error
      }
    }
  }

  async #startOnce(): Promise<void> {
    const startedMs = performance.now()
    const facts = await new Promise<unknown>((resolve, reject) => {
      const engine = this.#start((message) => {
        if (this.#process !== engine) return
        if (message.kind === 'progress') this.#listener.progress(message.rate)
        else if (message.kind === 'ready') resolve(message.facts)
        else if (message.kind === 'refused') {
          this.#process = undefined
          reject(receivedError(message.error))
        } else {
          this.#deaths = 0
          this.#listener.hear(message)
        }
      })
      this.#process = engine
      engine.send({ kind: 'create', config: this.#settings.config })
      void engine.ended.then((death) => {
        const words = `the engine ${deathIn(death)} before its model was loaded`
        reject(new SpeculationError('ERR_ENGINE_LOST', words, { details: { ...death } }))
        if (this.#process === engine) this.#bury(death)
      })
    })
    this.#isUp = true
    this.#hasBeenUp = true
    this.#listener.up(facts, performance.now() - startedMs)
  }

  #bury(death: EngineDeath): void {
    const wasUp = this.#isUp
    this.#process = undefined
    this.#isUp = false
    if (this.#closing !== undefined) return
    this.#deaths++
    this.#listener.died(death, wasUp)
    if (!wasUp) return
    if (this.#deaths <= this.#settings.mostDeaths) this.ready().catch(() => {})
    else this.#listener.lost(givenUp(death, this.#deaths))
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    const engine = this.#process
    if (engine === undefined) return
    engine.send({ kind: 'close' })
    const timer = setTimeout(() => engine.kill(), this.#settings.closeTimeoutMs)
    await engine.ended
    clearTimeout(timer)
  }
}

/** `ERR_SESSION_CLOSED`. */
export function closedHost(): SpeculationError<'ERR_SESSION_CLOSED'> {
  return new SpeculationError('ERR_SESSION_CLOSED', 'the engine host was closed; start another one')
}

function givenUp(death: EngineDeath, deaths: number): SpeculationError<'ERR_ENGINE_LOST'> {
  const message = `the engine ${deathIn(death)}, ${deaths} times in a row; the next request starts it once more`
  return new SpeculationError('ERR_ENGINE_LOST', message, { details: { ...death } })
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
