import { randomInt } from 'node:crypto'
import { assertInteger, SpeculationError } from '@foretoken/contract'
import { type EngineHost, startEngineHost, type TextRank, type TextVector } from '@foretoken/runner-llamacpp'
import type { Embeddings, Ranking, ServingEngine, ServingFacts, StartEngine } from '../serving-engine.js'
import type { TextEvent } from '../text-event.js'
import type { TextRequest } from '../text-request.js'
import { toolReading } from '../tools/tool-plan.js'
import { answerEvents } from './answer-events.js'
import type { EmbeddedEngineOptions } from './embedded-engine-options.js'
import { logEventOf } from './log-event.js'
import type { WorkerConfig, WorkerFacts, WorkerStep } from './worker-protocol.js'

/** Runs a model with its drafters in a process of its own, which is started again when it dies; no request is lost by that. */
export function embeddedEngine(options: EmbeddedEngineOptions): StartEngine {
  const { slots = 4, worker = builtWorker() } = options
  assertInteger('slots', slots, { min: 1, max: 256 })
  return async ({ signal, onProgress, onEvent }) => {
    const config: { -readonly [Name in keyof WorkerConfig]: WorkerConfig[Name] } = workerConfig(options, slots)
    const host: WorkerHost = await startEngineHost({
      ...{ worker, config, signal, onProgress },
      onEvent: (event) => onEvent(logEventOf(event)),
    })
    const { costs, notes } = host.facts
    // Each process is started with what the configuration says then.
    if (costs !== undefined) config.costs = costs
    for (const message of notes) onEvent({ kind: 'log', message })
    return servingEngine(host)
  }
}

type WorkerHost = EngineHost<WorkerFacts, TextRequest, WorkerStep>

interface Cancellable {
  readonly signal: AbortSignal
}

function servingEngine(host: WorkerHost): ServingEngine {
  const { engine, contextTokens, slots, memoryBytes, drafters, toolFormat, writes, embeds, ranks } = host.facts
  const facts: ServingFacts = {
    ...{ engine, contextTokens, slots, memoryBytes, drafters, toolFormat },
    takesImages: false,
  }
  return {
    facts,
    async *generate(request, options) {
      assertPossible(request, writes)
      yield* answer(host, request, options)
    },
    async countTokens(request) {
      assertPossible(request, writes)
      return (await host.call('countTokens', request)) as number
    },
    ...(embeds && { embed: (texts: readonly string[], options: Cancellable) => vectors(host, texts, options) }),
    ...(ranks && {
      rerank: (query: string, documents: readonly string[], options: Cancellable) =>
        scores(host, { query, documents }, options),
    }),
    [Symbol.asyncDispose]: () => host[Symbol.asyncDispose](),
  }
}

function answer(
  host: WorkerHost,
  request: TextRequest,
  { signal }: Cancellable,
): AsyncGenerator<TextEvent, void, void> {
  const { speculation } = request
  const tools = toolReading(request, host.facts.toolFormat)
  return answerEvents(host.generate(seeded(request), { signal }), { speculation, ...(tools && { tools }) })
}

async function vectors(host: WorkerHost, texts: readonly string[], { signal }: Cancellable): Promise<Embeddings> {
  const made: TextVector[] = []
  for (const text of texts) {
    throwIfAborted(signal)
    made.push((await host.call('embed', text)) as TextVector)
  }
  return { vectors: made.map(({ vector }) => vector), promptTokens: tokensOf(made) }
}

async function scores(
  host: WorkerHost,
  { query, documents }: { readonly query: string; readonly documents: readonly string[] },
  { signal }: Cancellable,
): Promise<Ranking> {
  const made: TextRank[] = []
  for (const document of documents) {
    throwIfAborted(signal)
    made.push((await host.call('rank', { query, document })) as TextRank)
  }
  return { scores: made.map(({ score }) => score), promptTokens: tokensOf(made) }
}

function tokensOf(made: readonly { readonly tokens: number }[]): number {
  return made.reduce((sum, { tokens }) => sum + tokens, 0)
}

/** An answer that goes on in a second process must go on with the same seed. */
function seeded(request: TextRequest): TextRequest {
  const { sampling } = request
  if (sampling.seed !== undefined || (sampling.temperature ?? 0) === 0) return request
  return { ...request, sampling: { ...sampling, seed: randomInt(2 ** 32) } }
}

function assertPossible({ input }: TextRequest, writes: boolean): void {
  if (!writes) throw invalid('this model writes no text, but makes vectors or ranks; ask another one')
  if (input.kind !== 'chat' || !input.messages.some(({ images = [] }) => images.length > 0)) return
  throw invalid(
    'this model takes no images: the embedded engine reads text only; run it with llama-server and a projector',
  )
}

function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw new SpeculationError('ERR_ABORTED', 'the caller cancelled', { cause: signal.reason })
}

function invalid(message: string): SpeculationError<'ERR_OPTION_INVALID'> {
  return new SpeculationError('ERR_OPTION_INVALID', message)
}

function workerConfig(options: EmbeddedEngineOptions, slots: number): WorkerConfig {
  const { path, draft, draftTemperature, memory, load = {}, embeddings = false } = options
  return {
    ...{ path, slots, load, embeddings },
    ...(draft !== undefined && { draft }),
    ...(draftTemperature !== undefined && { draftTemperature }),
    ...(memory !== undefined && { memory }),
  }
}

/** Sources, as tests run them, use the worker that was built last. */
function builtWorker(): URL {
  const isSource = import.meta.url.endsWith('.ts')
  return new URL(isSource ? '../../../dist/serve-worker.js' : './serve-worker.js', import.meta.url)
}
