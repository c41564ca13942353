import { SpeculationError } from '@foretoken/contract'
import { type ModelPool, type ModelPoolOptions, modelPool } from '../pool/model-pool.js'
import { closing, messageOf } from '../pool/pool-errors.js'
import type { PoolEvent } from '../pool/pooled-model.js'
import { type HouseRoutes, houseRoutes } from '../routing/house-routes.js'
import type { Embeddings, Ranking, ServingEngine } from '../serving-engine.js'
import type {
  RequestOptions,
  RequestRecord,
  RequestTrace,
  RoutedEvent,
  RoutedRequest,
  ServedModel,
  ServiceState,
  ServingService,
} from '../serving-service.js'
import type { RequestStore } from '../state/request-store.js'
import type { FrontDoor, HouseModel, HouseRole } from './house-model.js'
import { type HouseTally, houseTally } from './house-tally.js'
import { type RequestRecorder, requestRecorder } from './request-recorder.js'
import { routedAnswer } from './routed-answer.js'
import { servedModels } from './served-models.js'

/** Options of {@link houseService}. */
export interface HouseServiceOptions {
  readonly models: readonly HouseModel[]
  readonly roles?: readonly HouseRole[]
  readonly frontDoor?: FrontDoor
  /** What the models may take, and how long requests wait. */
  readonly pool: Omit<ModelPoolOptions, 'models' | 'onEvent'>
  /** Remembers requests; the service disposes of it. */
  readonly store: RequestStore
  /**
   * Most steps of a request that are kept (0 or more).
   * @defaultValue 2000
   */
  readonly traceSteps?: number
  /**
   * Whether the texts of answers are kept.
   * @defaultValue false
   */
  readonly keepsTexts?: boolean
  /**
   * Hears what happens to models and why answers are not taken.
   * @defaultValue nobody
   */
  readonly onLog?: (event: HouseEvent) => void
}

/** Something for the log. */
export type HouseEvent =
  | PoolEvent
  | { readonly kind: 'escalated'; readonly model: string; readonly request: string; readonly reason: string }
  | { readonly kind: 'not-stored'; readonly message: string }

/** A service that can load its pinned models before anybody asks. */
export interface HouseService extends ServingService {
  /** Throws the first failure when all are through. */
  loadPinned(onLoading?: (model: string, rate: number) => void): Promise<void>
  /** How many requests are not answered to their end. */
  openRequests(): number
}

/** Routes requests to the models of a pool, and writes down what becomes of them. */
export function houseService(options: HouseServiceOptions): HouseService {
  return new House(options)
}

class House implements HouseService {
  readonly #options: HouseServiceOptions
  readonly #pool: ModelPool
  readonly #routes: HouseRoutes
  readonly #tally: HouseTally
  readonly #open = new Set<RequestRecorder>()
  readonly #quiet: (() => void)[] = []
  #isDraining = false
  #evicted = 0

  constructor(options: HouseServiceOptions) {
    this.#options = options
    const { models, pool } = options
    this.#pool = modelPool({ ...pool, models, onEvent: (event) => this.#hear(event) })
    const { roles = [], frontDoor } = options
    this.#routes = houseRoutes({ models, roles, ...(frontDoor && { frontDoor }) })
    this.#tally = houseTally(() => performance.now())
  }

  models(): readonly ServedModel[] {
    const { models, roles = [], frontDoor } = this.#options
    return servedModels({ models, roles, hasFrontDoor: frontDoor !== undefined, states: this.#pool.models() })
  }

  loadPinned(onLoading?: (model: string, rate: number) => void): Promise<void> {
    return this.#pool.loadPinned(onLoading)
  }

  async *generate(request: RoutedRequest, options: RequestOptions): AsyncGenerator<RoutedEvent> {
    this.#assertOpen()
    const { traceSteps = 2_000, keepsTexts = false, store } = this.#options
    const now = () => performance.now()
    const recorder = requestRecorder({ ...options, model: request.model, mostSteps: traceSteps, keepsTexts, now })
    this.#open.add(recorder)
    const stored = store.begin(recorder.record())
    const write = () => this.#stored(stored.finish(recorder.trace(), recorder.text()))
    try {
      yield* recorded(this.#answer(request, options), { recorder, write, signal: options.signal })
    } finally {
      this.#open.delete(recorder)
      if (this.#open.size === 0) for (const quiet of this.#quiet.splice(0)) quiet()
    }
  }

  async countTokens(request: RoutedRequest, options: RequestOptions): Promise<number> {
    const { model, ...rest } = request
    return this.#with(model, options, (engine) => engine.countTokens({ ...rest, scope: options.key }))
  }

  async embed(model: string, texts: readonly string[], options: RequestOptions): Promise<Embeddings> {
    return this.#with(model, options, (engine) => {
      if (engine.embed === undefined) throw cannot(model, 'makes no embeddings')
      return engine.embed(texts, { signal: options.signal })
    })
  }

  async rerank(model: string, query: string, documents: readonly string[], options: RequestOptions): Promise<Ranking> {
    return this.#with(model, options, (engine) => {
      if (engine.rerank === undefined) throw cannot(model, 'ranks no documents')
      return engine.rerank(query, documents, { signal: options.signal })
    })
  }

  openRequests(): number {
    return this.#open.size
  }

  isReady(): boolean {
    return !this.#isDraining && this.#pool.models().every(({ isPinned, phase }) => !isPinned || phase === 'hot')
  }

  state(): ServiceState {
    const { pool, store } = this.#options
    const states = new Map(this.#pool.models().map((one) => [one.name, one]))
    return {
      models: this.models()
        .filter(({ kind }) => kind === 'model')
        .map((model) => {
          const { active = 0, queued = 0, isPinned: pinned = false } = states.get(model.id) ?? {}
          return { ...model, active, queued, pinned }
        }),
      memory: { usedBytes: this.#pool.usedBytes(), budgetBytes: pool.budgetBytes },
      evictions: store.evictions(20).map(({ model, reason, at }) => ({ model, reason, at })),
      evicted: this.#evicted,
      ...this.#tally.figures(),
    }
  }

  async requests(options: { readonly key?: string; readonly limit: number }): Promise<readonly RequestRecord[]> {
    return this.#options.store.requests(options)
  }

  async request(id: string, options: { readonly key?: string }): Promise<RequestTrace | undefined> {
    return this.#options.store.request(id, options)
  }

  async drain(timeoutMs: number): Promise<void> {
    this.#isDraining = true
    if (this.#open.size === 0) return
    const { promise, stop } = after(timeoutMs)
    await Promise.race([promise, new Promise<void>((resolve) => this.#quiet.push(resolve))])
    stop()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isDraining = true
    await this.#pool[Symbol.asyncDispose]()
    // Requests that the pool's end breaks off are written, too.
    await this.drain(1_000)
    await this.#options.store[Symbol.asyncDispose]()
  }

  #answer(request: RoutedRequest, options: RequestOptions): AsyncIterable<RoutedEvent> {
    const { onLog = () => {} } = this.#options
    return routedAnswer(request, {
      pool: this.#pool,
      routes: this.#routes,
      options,
      listen: () => this.#tally.answer(),
      onEscalation: (model, reason) => onLog({ kind: 'escalated', model, request: options.id, reason }),
    })
  }

  async #with<T>(name: string, options: RequestOptions, work: (engine: ServingEngine) => Promise<T>): Promise<T> {
    this.#assertOpen()
    const target = this.#routes.resolve(name)
    if (target.kind === 'auto') throw cannot(name, 'answers requests for text only')
    const model = target.kind === 'model' ? target.model : target.role.models[0]
    const lease = await this.#pool.want(model ?? name, options)
    try {
      return await work(lease.engine)
    } finally {
      lease.release()
    }
  }

  #hear(event: PoolEvent): void {
    if (event.kind === 'evicted') {
      this.#evicted++
      const { model, reason, bytes } = event
      this.#options.store.evicted({ model, reason, bytes, at: new Date().toISOString() })
    }
    this.#options.onLog?.(event)
  }

  /** A full disk does not keep answers from their readers. */
  async #stored(writing: Promise<void>): Promise<void> {
    try {
      await writing
    } catch (error) {
      this.#options.onLog?.({ kind: 'not-stored', message: messageOf(error) })
    }
  }

  #assertOpen(): void {
    if (this.#isDraining) throw closing()
  }
}

/** Notes what happens to an answer, and writes it down: before the last word is said, so that no answer is lost that was seen. */
async function* recorded(
  events: AsyncIterable<RoutedEvent>,
  { recorder, write, signal }: { recorder: RequestRecorder; write: () => Promise<void>; signal: AbortSignal },
): AsyncGenerator<RoutedEvent> {
  let isWritten = false
  try {
    for await (const event of events) {
      recorder.hear(event)
      isWritten = event.kind === 'end'
      if (isWritten) await write()
      yield event
    }
  } catch (error) {
    const isAborted = SpeculationError.is(error, 'ERR_ABORTED') || signal.aborted
    recorder.fail(isAborted ? 'aborted' : 'failed', isAborted ? undefined : messageOf(error))
    throw error
  } finally {
    if (!isWritten) {
      if (recorder.record().finish === '') recorder.fail('aborted')
      await write()
    }
  }
}

function cannot(model: string, what: string): SpeculationError {
  return new SpeculationError('ERR_OPTION_INVALID', `${model} ${what}; name another model`)
}

function after(milliseconds: number): { readonly promise: Promise<void>; readonly stop: () => void } {
  let timer: NodeJS.Timeout | undefined
  const promise = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds)
  })
  return { promise, stop: () => clearTimeout(timer) }
}
