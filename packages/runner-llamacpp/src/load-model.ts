import { availableParallelism } from 'node:os'
import { assertInteger, type SpeculationError } from '@foretoken/contract'
import type { Llama, LlamaModel } from 'node-llama-cpp'
import { ENGINE_VERSION, type Engine, lost, startEngine } from './engine.js'
import { LoadedLlamaModel } from './llama-model.js'
import { assertBudget, estimatePlan } from './memory-estimate.js'
import { unsupported } from './model-metadata.js'
import { type ModelPlan, planModel } from './model-plan.js'
import type { LoadedModel, LoadModelOptions, ModelFacts } from './model-types.js'
import { rollbackClass } from './rollback.js'
import { throwIfAborted } from './throw-if-aborted.js'
import { readVocabulary, type Vocabulary } from './vocabulary.js'

/**
 * Loads a GGUF model. The file, the options and the memory are checked first, so that what cannot work is refused in
 * one sentence, and nothing stays in memory after an error.
 */
export async function loadModel(path: string, options: LoadModelOptions = {}): Promise<LoadedModel> {
  const { threads, memoryBudgetBytes, signal } = options
  if (threads !== undefined) assertInteger('threads', threads, { min: 1, max: 512 })
  if (memoryBudgetBytes !== undefined) {
    assertInteger('memoryBudgetBytes', memoryBudgetBytes, { min: 1, max: Number.MAX_SAFE_INTEGER })
  }
  throwIfAborted(signal)
  const plan = await planModel(path, options, signal)
  const engine = await startEngine()
  throwIfAborted(signal)
  assertBudget(await estimatePlan(plan, engine.llama), memoryBudgetBytes, engine.llama)
  throwIfAborted(signal)
  const model = await loadWeights(plan, engine, options)
  try {
    throwIfAborted(options.signal)
    const vocabulary = readVocabulary(model)
    const facts = readFacts(plan, { model, vocabulary, threads: options.threads ?? defaultThreads(engine.llama) })
    return new LoadedLlamaModel({ model, engine, plan, vocabulary, facts })
  } catch (error) {
    await model.dispose()
    throw error
  }
}

async function loadWeights(plan: ModelPlan, engine: Engine, options: LoadModelOptions): Promise<LlamaModel> {
  const { onProgress, signal, memoryBudgetBytes } = options
  const mark = engine.mark()
  const progress = progressListener(onProgress)
  let model: LlamaModel
  try {
    model = await engine.llama.loadModel({
      modelPath: plan.file.path,
      metadataOverrides: plan.engineOverrides,
      // What this machine has free was compared already, or the caller knows better.
      ignoreMemorySafetyChecks: engine.llama.gpu === false || memoryBudgetBytes !== undefined,
      onLoadProgress: progress.hear,
      ...(signal && { loadSignal: signal }),
    })
  } catch (cause) {
    throwIfAborted(signal)
    throw loadError(plan, { cause, words: await engine.wordsSince(mark) })
  }
  try {
    progress.end()
    return model
  } catch (error) {
    await model.dispose()
    throw error
  }
}

/**
 * Passes rates on that rise up to 1. node-llama-cpp may be late with them, even after the model is there, and prints what
 * a listener throws.
 */
function progressListener(onProgress: (rate: number) => void = () => {}): {
  hear(rate: number): void
  /** Says that loading is over; throws what the listener threw. */
  end(): void
} {
  let last = 0
  let failure: { readonly error: unknown } | undefined
  const hear = (rate: number) => {
    if (rate <= last || failure !== undefined) return
    last = rate
    try {
      onProgress(rate)
    } catch (error) {
      failure = { error }
    }
  }
  return {
    hear,
    end() {
      hear(1)
      if (failure !== undefined) throw failure.error
    },
  }
}

function loadError(plan: ModelPlan, failure: { cause: unknown; words: string }): SpeculationError {
  const refused = /^error loading model:? *(?<reason>.*)/s.exec(failure.words)?.groups?.['reason']
  if (refused !== undefined) return unsupported(plan.file.path, `llama.cpp says: ${refused}`, { cause: failure.cause })
  return lost(`llama.cpp could not load ${plan.file.path}`, failure)
}

/** Hyper-threads and cores of lower speed only make the others wait. */
function defaultThreads(llama: Llama): number {
  return Math.max(1, Math.min(llama.cpuMathCores, availableParallelism()))
}

function readFacts(
  { file, metadata, contextTokens, batchTokens }: ModelPlan,
  { model, vocabulary, threads }: { model: LlamaModel; vocabulary: Vocabulary; threads: number },
): ModelFacts {
  const { isHybrid, isRecurrent } = model.fileInsights
  return {
    path: file.path,
    fileBytes: file.fileBytes,
    architecture: metadata.architecture,
    parameters: file.parameters,
    vocabularySize: vocabulary.size,
    contextTokens,
    trainedContextTokens: metadata.trainedContextTokens,
    batchTokens,
    rollback: rollbackClass({ needsCheckpoints: isHybrid || isRecurrent }),
    hasChatTemplate: metadata.chatTemplate !== undefined,
    endOfTextTokens: vocabulary.endOfTextTokens,
    threads,
    engine: 'node-llama-cpp',
    engineVersion: ENGINE_VERSION,
    backend: model.llama.gpu === false ? 'cpu' : model.llama.gpu,
  }
}
