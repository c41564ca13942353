import { randomInt } from 'node:crypto'
import { assertInteger, SpeculationError } from '@foretoken/contract'
import { type EngineHost, startEngineHost } from '@foretoken/runner-llamacpp'
import type { ServingEngine, ServingFacts, StartEngine } from '../serving-engine.js'
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
    const host = await startEngineHost<WorkerFacts, TextRequest, WorkerStep>({
      worker,
      config,
      signal,
      onProgress,
      onEvent: (event) => onEvent(logEventOf(event)),
    })
    const { costs, notes } = host.facts
    // Each process is started with what the configuration says then.
    if (costs !== undefined) config.costs = costs
    for (const message of notes) onEvent({ kind: 'log', message })
    return new EmbeddedEngine(host)
  }
}

class EmbeddedEngine implements ServingEngine {
  readonly facts: ServingFacts
  readonly #host: EngineHost<WorkerFacts, TextRequest, WorkerStep>

  constructor(host: EngineHost<WorkerFacts, TextRequest, WorkerStep>) {
    this.#host = host
    const { model, slots, memoryBytes, drafters, toolFormat } = host.facts
    const { engine, contextTokens } = model
    this.facts = {
      ...{ engine, contextTokens, slots, memoryBytes, drafters, toolFormat },
      takesImages: false,
    }
  }

  async *generate(request: TextRequest, { signal }: { readonly signal: AbortSignal }): AsyncGenerator<TextEvent> {
    assertNoImages(request)
    const { speculation } = request
    const tools = toolReading(request, this.#host.facts.toolFormat)
    const steps = this.#host.generate(seeded(request), { signal })
    yield* answerEvents(steps, { speculation, ...(tools && { tools }) })
  }

  async countTokens(request: TextRequest): Promise<number> {
    assertNoImages(request)
    return (await this.#host.call('countTokens', request)) as number
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#host[Symbol.asyncDispose]()
  }
}

/** An answer that goes on in a second process must go on with the same seed. */
function seeded(request: TextRequest): TextRequest {
  const { sampling } = request
  if (sampling.seed !== undefined || (sampling.temperature ?? 0) === 0) return request
  return { ...request, sampling: { ...sampling, seed: randomInt(2 ** 32) } }
}

function assertNoImages({ input }: TextRequest): void {
  if (input.kind !== 'chat' || !input.messages.some(({ images = [] }) => images.length > 0)) return
  throw new SpeculationError(
    'ERR_OPTION_INVALID',
    'this model takes no images: the embedded engine reads text only; run it with llama-server and a projector',
  )
}

function workerConfig(options: EmbeddedEngineOptions, slots: number): WorkerConfig {
  const { path, draft, draftTemperature, memory, load = {} } = options
  return {
    ...{ path, slots, load },
    ...(draft !== undefined && { draft }),
    ...(draftTemperature !== undefined && { draftTemperature }),
    ...(memory !== undefined && { memory }),
  }
}

/** Sources, as tests run them, use the worker that was built last. */
function builtWorker(): URL {
  return new URL(
    import.meta.url.endsWith('.ts') ? '../../../dist/serve-worker.js' : './serve-worker.js',
    import.meta.url,
  )
}
