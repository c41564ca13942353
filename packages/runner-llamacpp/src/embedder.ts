import { assertInteger, SpeculationError } from '@foretoken/contract'
import type { LlamaEmbeddingContext, LlamaModel, LlamaRankingContext } from 'node-llama-cpp'
import { type Engine, lost, startEngine } from './engine.js'
import { assertBudget, estimatePlan } from './memory-estimate.js'
import { type ModelPlan, planModel } from './model-plan.js'
import type { LoadModelOptions } from './model-types.js'
import { openModelFile } from './open-model-file.js'
import { throwIfAborted } from './throw-if-aborted.js'

/** Options of {@link loadEmbedder}. */
export type LoadEmbedderOptions = Pick<
  LoadModelOptions,
  'threads' | 'contextTokens' | 'metadataOverrides' | 'memoryBudgetBytes' | 'onProgress' | 'signal'
>

/** A model that turns texts into vectors or scores. One text is evaluated after another; disposal frees it. */
export interface Embedder extends AsyncDisposable {
  readonly facts: EmbedderFacts
  /** A vector of length 1 for the meaning of a text. Throws `ERR_CONTEXT_FULL` for one that is too long. */
  embed(text: string, options?: { readonly signal?: AbortSignal }): Promise<TextVector>
  /** How well a document answers a query; `ERR_OPTION_INVALID` where `facts.ranks` is false. */
  rank(query: string, document: string, options?: { readonly signal?: AbortSignal }): Promise<TextRank>
}

/** What an {@link Embedder} is. */
export interface EmbedderFacts {
  readonly path: string
  readonly fileBytes: number
  readonly architecture: string
  /** Most tokens of one text. */
  readonly contextTokens: number
  /** Memory of weights and context, as llama.cpp foretells it. */
  readonly memoryBytes: number
  /**
   * How a text's tokens become one vector, as the file says. `none`: it was not trained for it, and its vector is the state
   * of the last token, which says little of the meaning.
   */
  readonly pooling: 'none' | 'mean' | 'cls' | 'last' | 'rank'
  /** Whether it was trained to rank: its vectors mean nothing then. */
  readonly ranks: boolean
}

/** A text's vector. */
export interface TextVector {
  readonly vector: readonly number[]
  readonly tokens: number
}

/** A document's relevance. */
export interface TextRank {
  /** 0 to 1. */
  readonly score: number
  readonly tokens: number
}

/** Whether a file holds a model that was made for vectors or for ranking, and not for text; reads no weight. */
export async function isEmbedder(
  path: string,
  options: Pick<LoadEmbedderOptions, 'metadataOverrides' | 'signal'> = {},
): Promise<boolean> {
  const { metadata } = await planModel(path, options, options.signal, 'vectors')
  return !metadata.continuesText || (metadata.pooling ?? 0) !== 0
}

const poolings: readonly EmbedderFacts['pooling'][] = ['none', 'mean', 'cls', 'last', 'rank']

/** Loads a GGUF model for vectors or for ranking, with node-llama-cpp; checked as for `loadModel`. */
export async function loadEmbedder(path: string, options: LoadEmbedderOptions = {}): Promise<Embedder> {
  const { threads, memoryBudgetBytes, signal } = options
  if (threads !== undefined) assertInteger('threads', threads, { min: 1, max: 512 })
  throwIfAborted(signal)
  const planned = await planModel(path, options, signal, 'vectors')
  // Models that look in both directions need all of a text in one batch.
  const plan = { ...planned, batchTokens: planned.contextTokens }
  const engine = await startEngine()
  const estimate = await estimatePlan(plan, engine.llama)
  assertBudget(estimate, memoryBudgetBytes, engine.llama)
  throwIfAborted(signal)
  const progress = { hear: options.onProgress ?? (() => {}) }
  const model = await openModelFile({ plan, engine, options, progress, vocabOnly: false })
  const mark = engine.mark()
  try {
    const facts = factsOf(plan, estimate.totalBytes, model)
    const shape = { contextSize: plan.contextTokens, batchSize: plan.contextTokens, threads: threads ?? 0 }
    const context = facts.ranks ? await model.createRankingContext(shape) : await model.createEmbeddingContext(shape)
    return new LlamaEmbedder({ facts, model, context, engine })
  } catch (cause) {
    await model.dispose()
    throw lost('llama.cpp could not make a context', { cause, words: await engine.wordsSince(mark) })
  }
}

function factsOf({ file, metadata, contextTokens }: ModelPlan, memoryBytes: number, model: LlamaModel): EmbedderFacts {
  const { architecture } = metadata
  const pooling = poolings[metadata.pooling ?? 0] ?? 'none'
  const ranks = pooling === 'rank' && model.fileInsights.supportsRanking
  return { path: file.path, fileBytes: file.fileBytes, architecture, contextTokens, memoryBytes, pooling, ranks }
}

interface EmbedderParts {
  readonly facts: EmbedderFacts
  readonly model: LlamaModel
  readonly context: LlamaEmbeddingContext | LlamaRankingContext
  readonly engine: Engine
}

class LlamaEmbedder implements Embedder {
  readonly facts: EmbedderFacts
  readonly #parts: EmbedderParts

  constructor(parts: EmbedderParts) {
    this.facts = parts.facts
    this.#parts = parts
  }

  async embed(text: string, { signal }: { readonly signal?: AbortSignal } = {}): Promise<TextVector> {
    throwIfAborted(signal)
    const { context } = this.#parts
    if (!('getEmbeddingFor' in context)) throw notMadeFor('ranks documents and makes no vectors')
    if (text === '') throw new SpeculationError('ERR_OPTION_INVALID', 'a text to embed must not be empty')
    const tokens = this.#checkedLength(context.calculateInputLength(text))
    const { vector } = await this.#evaluated(() => context.getEmbeddingFor(text))
    return { vector: normalised(vector), tokens }
  }

  async rank(query: string, document: string, { signal }: { readonly signal?: AbortSignal } = {}): Promise<TextRank> {
    throwIfAborted(signal)
    const { context } = this.#parts
    if (!('rank' in context)) throw notMadeFor('is no reranker')
    const tokens = this.#checkedLength(context.calculateInputLength(query, document))
    return { score: await this.#evaluated(() => context.rank(query, document)), tokens }
  }

  #checkedLength(tokens: number): number {
    const { contextTokens } = this.facts
    if (tokens < contextTokens) return tokens
    throw new SpeculationError(
      'ERR_CONTEXT_FULL',
      `a text must have fewer tokens than the context's ${contextTokens}, got ${tokens}`,
      { details: { tokens, contextTokens } },
    )
  }

  async #evaluated<T>(work: () => Promise<T>): Promise<T> {
    const { engine } = this.#parts
    const mark = engine.mark()
    try {
      return await work()
    } catch (cause) {
      throw lost('llama.cpp could not evaluate a text', { cause, words: await engine.wordsSince(mark) })
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#parts.model.dispose()
  }
}

function notMadeFor(what: string): SpeculationError<'ERR_OPTION_INVALID'> {
  return new SpeculationError('ERR_OPTION_INVALID', `this model ${what}; ask another one`)
}

function normalised(vector: readonly number[]): readonly number[] {
  const length = Math.hypot(...vector)
  return length === 0 ? vector : vector.map((value) => value / length)
}
