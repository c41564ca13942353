import { CONTRACT_VERSION, NO_TOKENS, type Target } from '@foretoken/contract'
import {
  type EngineLoading,
  type EngineModel,
  type EngineTarget,
  generateText,
  type HostedEngine,
  type HostedTextOptions,
} from '@foretoken/runner-llamacpp'
import { logProbabilitiesOf } from './log-probabilities.js'
import { openWorkerModel, type WorkerModel } from './open-worker-model.js'
import { Places } from './places.js'
import { requestParts } from './request-parts.js'
import type { WorkerConfig, WorkerRequest, WorkerStep } from './worker-protocol.js'

/** Loads a model with its drafters, for all requests of an engine process. */
export async function createServingWorker(
  config: WorkerConfig,
  { onProgress }: EngineLoading,
): Promise<HostedEngine<WorkerRequest>> {
  const parts = await openWorkerModel(config, onProgress)
  const places = new Places(config.slots)
  const countTokens = (request: WorkerRequest): number => requestParts(request, parts.model).prompt.length
  return {
    facts: parts.facts,
    calls: { countTokens },
    async *generate(request, options) {
      // A place is free again only when the text before it is closed, which its caller did not wait for.
      using _place = await places.take(options.signal)
      yield* written(request, parts, options)
    },
    save: () => parts.save(),
    [Symbol.asyncDispose]: () => parts[Symbol.asyncDispose](),
  }
}

async function* written(
  request: WorkerRequest,
  { model, target, drafting }: WorkerModel,
  { answer = NO_TOKENS, signal }: HostedTextOptions,
): AsyncGenerator<WorkerStep, void, void> {
  const { prompt, grammar } = requestParts(request, model)
  const { maxTokens, stop, sampling, topLogProbabilities, scope, speculation } = request
  let reusedTokens: number | undefined
  const steps = generateText({
    model,
    target: watched(target, (reused) => {
      reusedTokens = Math.min(reused, prompt.length)
    }),
    prompt,
    answer,
    stop,
    signal,
    session: {
      sampling,
      ...(grammar !== undefined && { grammar }),
      ...(topLogProbabilities !== undefined && { topLogProbabilities }),
    },
    memory: { scope },
    ...drafting.optionsOf(speculation),
    ...(maxTokens !== undefined && { maxTokens }),
  })
  for await (const { step, pieces } of steps) {
    const { choices, ...plainStep } = step
    yield {
      step: plainStep,
      pieces,
      ...(reusedTokens !== undefined && { start: { promptTokens: prompt.length, reusedTokens } }),
      ...(choices !== undefined && { logProbabilities: logProbabilitiesOf(choices, model) }),
    }
    reusedTokens = undefined
  }
}

/** The target, which many texts share, as one of them sees it. */
function watched(target: EngineTarget, onOpen: (reusedTokens: number) => void): Target {
  return {
    contractVersion: CONTRACT_VERSION,
    rollback: target.rollback,
    async open(prompt, options) {
      const session = await target.open(prompt, options)
      onOpen(session.reusedTokens)
      return session
    },
    async [Symbol.asyncDispose]() {},
  }
}

export type ServingModel = Pick<EngineModel, 'tokenize' | 'chatPrompt' | 'textDecoder' | 'facts'>
