import type { Embeddings, Ranking, ServingFacts } from './serving-engine.js'
import type { ServedStep, TextEvent } from './text-event.js'
import type { TextRequest } from './text-request.js'

/** What the HTTP side asks of the house: it routes, queues, loads, writes and remembers. */
export interface ServingService extends AsyncDisposable {
  /** Everything that can be named as `model` in a request: models, roles as `role:coder_primary`, and `auto`. */
  models(): readonly ServedModel[]
  /** Writes an answer; ends early when the signal is aborted, and frees its place at once. */
  generate(request: RoutedRequest, options: RequestOptions): AsyncIterable<RoutedEvent>
  countTokens(request: RoutedRequest, options: RequestOptions): Promise<number>
  embed(model: string, texts: readonly string[], options: RequestOptions): Promise<Embeddings>
  rerank(model: string, query: string, documents: readonly string[], options: RequestOptions): Promise<Ranking>
  /** Whether a first model is there, or none has to be. */
  isReady(): boolean
  state(): ServiceState
  /** The last requests of a key, newest first; `undefined` is every key's. */
  requests(options: { readonly key?: string; readonly limit: number }): Promise<readonly RequestRecord[]>
  /** A request with its step trace; `undefined` for one that is unknown or another key's. */
  request(id: string, options: { readonly key?: string }): Promise<RequestTrace | undefined>
  /** No new requests; resolves when the open ones are written or the time is over. */
  drain(timeoutMs: number): Promise<void>
}

/** A request and whom it is for. */
export interface RoutedRequest extends Omit<TextRequest, 'scope'> {
  /** The API's `model` field: a model's name, a role, or `auto` for the front door. */
  readonly model: string
  /**
   * Whether the client gets the answer only when it is whole: then it may be checked, and asked of a better model, first.
   * @defaultValue false: it is streamed
   */
  readonly whole?: boolean
}

/** Who asks, and how. */
export interface RequestOptions {
  /** Identifies the request in answers, logs and the trace. */
  readonly id: string
  /** Name of the API key; never the key itself. */
  readonly key: string
  /**
   * Higher is served first (−10 to 10).
   * @defaultValue 0
   */
  readonly priority?: number
  readonly signal: AbortSignal
}

/** What happens to a request: it waits, it is routed, its text comes. */
export type RoutedEvent =
  | { readonly kind: 'queued'; readonly position: number }
  | { readonly kind: 'loading'; readonly model: string; readonly rate: number }
  | { readonly kind: 'routed'; readonly model: string; readonly facts: ServingFacts; readonly route: RouteDecision }
  | TextEvent

/** Why this model answers. */
export interface RouteDecision {
  /** The role that was asked or found; absent where a model was named. */
  readonly role?: string
  /** The front door's labels with their probabilities, where it was asked. */
  readonly intents?: Readonly<Record<string, number>>
  /** Models that were tried before and failed their check. */
  readonly escalatedFrom: readonly string[]
}

/** One name that requests can have as `model`. */
export interface ServedModel {
  readonly id: string
  readonly kind: 'model' | 'role' | 'auto'
  /** Unix time in seconds: when the file was written. */
  readonly created: number
  readonly state: 'hot' | 'loading' | 'cold' | 'failed'
  readonly facts?: ServingFacts
  /** Why it failed. */
  readonly failure?: string
}

/** What is going on now. */
export interface ServiceState {
  readonly models: readonly (ServedModel & {
    readonly active: number
    readonly queued: number
    readonly pinned: boolean
  })[]
  readonly memory: { readonly usedBytes: number; readonly budgetBytes: number }
  /** The last evictions, newest first, with their reasons. */
  readonly evictions: readonly { readonly model: string; readonly reason: string; readonly at: string }[]
  /** Evictions since the start. */
  readonly evicted: number
  /** Committed tokens a second over the last ten seconds, all requests together. */
  readonly goodput: number
  /** Committed tokens since the start. */
  readonly tokens: number
  /** Verified batches since the start; with `tokens` it says what an acceptance rate is worth. */
  readonly steps: number
  /** Drafted and accepted tokens by drafter since the start. */
  readonly drafters: Readonly<Record<string, { readonly drafted: number; readonly accepted: number }>>
}

/** A request as the store keeps it. */
export interface RequestRecord {
  readonly id: string
  readonly key: string
  readonly model: string
  readonly route: RouteDecision
  /** ISO 8601. */
  readonly startedAt: string
  readonly queueMs: number
  readonly promptMs: number
  readonly generateMs: number
  readonly promptTokens: number
  readonly reusedTokens: number
  readonly completionTokens: number
  readonly draftedTokens: number
  readonly acceptedTokens: number
  readonly steps: number
  /** `failed` and `aborted` besides the engine's own. */
  readonly finish: string
  /** Why it failed. */
  readonly error?: string
}

/** A request with what each of its steps brought. */
export interface RequestTrace extends RequestRecord {
  /** The first ones, as many as are kept. */
  readonly trace: readonly TracedStep[]
  /** Steps that were not kept. */
  readonly droppedSteps: number
}

/** A step and the text that became final with it; the text is kept only where the configuration says so. */
export interface TracedStep extends ServedStep {
  readonly pieces?: readonly { readonly text: string; readonly drafter: string; readonly probability?: number }[]
}
