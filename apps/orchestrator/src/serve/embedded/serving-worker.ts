import { CONTRACT_VERSION, NO_TOKENS, type Step, type Target } from '@foretoken/contract'
import {
  type EngineLoading,
  type EngineTarget,
  generateText,
  type HostedEngine,
  type HostedTextOptions,
  isEmbedder,
  loadEmbedder,
} from '@foretoken/runner-llamacpp'
import type { TextRequest } from '../text-request.js'
import { callSyntaxes } from '../tools/tool-format.js'
import { toolReading } from '../tools/tool-plan.js'
import { embeddingWorker, type ServingWorker, withEmbeddings } from './embedding-worker.js'
import { logProbabilitiesOf } from './log-probabilities.js'
import { openWorkerModel, type WorkerModel } from './open-worker-model.js'
import { Places } from './places.js'
import { requestParts } from './request-parts.js'
import type { WorkerConfig, WorkerStep } from './worker-protocol.js'

/** Loads a model with its drafters, or one that makes vectors, for all requests of an engine process. */
export async function createServingWorker(
  config: WorkerConfig,
  { onProgress }: EngineLoading,
): Promise<HostedEngine<TextRequest>> {
  const { path, load, embeddings } = config
  const { metadataOverrides = {} } = load
  if (await isEmbedder(path, { metadataOverrides })) {
    return embeddingWorker(await loadEmbedder(path, { ...load, onProgress }))
  }
  const model = await openWorkerModel(config, onProgress)
  if (!embeddings) return textWorker(model)
  try {
    return withEmbeddings(textWorker(model), await loadEmbedder(path, load))
  } catch (error) {
    await model[Symbol.asyncDispose]()
    throw error
  }
}

function textWorker(parts: WorkerModel): ServingWorker {
  const { facts, model } = parts
  const places = new Places(facts.slots)
  const countTokens = (request: TextRequest): number => requestParts(request, model, facts.toolFormat).prompt.length
  return {
    facts,
    calls: { countTokens },
    async *generate(request, options) {
      // A place is free again only when the text before it is closed, which its caller did not wait for.
      using _place = await places.take(options.signal)
      yield* written(request, parts, { ...options, texts: () => places.taken })
    },
    save: () => parts.save(),
    [Symbol.asyncDispose]: () => parts[Symbol.asyncDispose](),
  }
}

async function* written(
  request: TextRequest,
  { model, target, drafting, facts }: WorkerModel,
  { answer = NO_TOKENS, signal, texts }: HostedTextOptions & { readonly texts: () => number },
): AsyncGenerator<WorkerStep, void, void> {
  const { prompt, grammar } = requestParts(request, model, facts.toolFormat)
  const { maxTokens, stop, sampling, topLogProbabilities, scope, speculation } = request
  let reusedTokens: number | undefined
  const tools = toolReading(request, facts.toolFormat)
  // Where calls are marked by special tokens, the host must see these.
  const shown = tools === undefined ? [] : callSyntaxes[tools.format].marks
  const steps = generateText({
    model: { textDecoder: () => model.textDecoder({ shown }) },
    target: watched(target, (reused) => {
      reusedTokens = Math.min(reused, prompt.length)
    }),
    prompt,
    answer,
    stop,
    signal,
    session: {
      ...{ sampling, scope },
      ...(grammar !== undefined && { grammar }),
      ...(topLogProbabilities !== undefined && { topLogProbabilities }),
    },
    memory: { scope },
    ...drafting.optionsOf(speculation, texts),
    ...(maxTokens !== undefined && { maxTokens }),
  })
  for await (const { step, pieces, stopString } of steps) {
    // No spreads: what a step takes here, all texts of a batch wait for.
    const told: { -readonly [Field in keyof WorkerStep]: WorkerStep[Field] } = { step: briefly(step), pieces }
    if (stopString !== undefined) told.stopString = stopString
    if (reusedTokens !== undefined) told.start = { promptTokens: prompt.length, reusedTokens }
    if (step.choices !== undefined) told.logProbabilities = logProbabilitiesOf(step.choices, model)
    yield told
    reusedTokens = undefined
  }
}

/** What is told in other words is not told twice: each piece has its probability. */
function briefly(step: Step): Step {
  if (step.choices === undefined && step.probabilities === undefined) return step
  const { choices: _, probabilities: __, ...brief } = step
  return brief
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
