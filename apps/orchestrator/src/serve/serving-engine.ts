import type { TextEvent } from './text-event.js'
import type { TextRequest } from './text-request.js'

/** One loaded model that answers requests, whatever runs it. Disposal ends it; open requests then fail with `ERR_SESSION_CLOSED`. */
export interface ServingEngine extends AsyncDisposable {
  readonly facts: ServingFacts
  /**
   * Writes an answer. At most `facts.slots` are written at once; who calls more often than that is at fault. Throws
   * `ERR_OPTION_INVALID` for what this model cannot do, with the reason.
   */
  generate(request: TextRequest, options: { readonly signal: AbortSignal }): AsyncIterable<TextEvent>
  /** How many tokens the prompt of this request has. */
  countTokens(request: TextRequest): Promise<number>
  /** One vector for each text; absent where the model makes none. */
  embed?(texts: readonly string[], options: { readonly signal: AbortSignal }): Promise<Embeddings>
  /** How well each document answers the query; absent where the model is no reranker. */
  rerank?(query: string, documents: readonly string[], options: { readonly signal: AbortSignal }): Promise<Ranking>
}

/** What an engine says of itself. */
export interface ServingFacts {
  readonly engine: 'native' | 'node-llama-cpp' | 'llama-server' | 'remote'
  readonly contextTokens: number
  /** How many requests it works on at once. */
  readonly slots: number
  /** Memory that it holds on this machine, in bytes; 0 for a remote one. */
  readonly memoryBytes: number
  readonly takesImages: boolean
  /** How the model writes calls of tools; `grammar`: only where a grammar makes it. */
  readonly toolFormat: 'hermes' | 'llama3' | 'mistral' | 'grammar' | 'engine'
  /** Names that a request's `speculation.drafters` may have; empty where nothing can be drafted. */
  readonly drafters: readonly string[]
}

/** Vectors of texts. */
export interface Embeddings {
  readonly vectors: readonly (readonly number[])[]
  readonly promptTokens: number
}

/** Relevance of documents to a query, in the documents' order. */
export interface Ranking {
  /** 0 to 1. */
  readonly scores: readonly number[]
  readonly promptTokens: number
}

/** Starts an engine for a model; the pool calls it when the model is wanted. */
export type StartEngine = (options: StartEngineOptions) => Promise<ServingEngine>

/** How an engine is started. */
export interface StartEngineOptions {
  readonly signal: AbortSignal
  /** Hears how much of it is loaded (0 to 1). */
  readonly onProgress: (rate: number) => void
  /** Hears of deaths and new starts, for the log. */
  readonly onEvent: (event: EngineLogEvent) => void
}

/** Something that happened to an engine's process. */
export interface EngineLogEvent {
  readonly kind: 'started' | 'died' | 'log'
  readonly message: string
}
