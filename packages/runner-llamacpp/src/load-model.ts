import { availableParallelism } from 'node:os'
import { assertInteger } from '@foretoken/contract'
import type { Llama } from 'node-llama-cpp'
import { ENGINE_VERSION, type Engine, startEngine } from './engine.js'
import { chooseEngine } from './engine-choice.js'
import { LoadedLlamaModel } from './llama-model.js'
import { assertBudget, estimatePlan } from './memory-estimate.js'
import { assertSequences, type ModelPlan, planModel } from './model-plan.js'
import type { EngineModel, LoadModelOptions, ModelFacts } from './model-types.js'
import { loadNativeBackend } from './native/native-backend.js'
import { nativeStatus, startNative } from './native/native-engine.js'
import { nodeLlamaBackend } from './node-llama-backend.js'
import { openModelFile } from './open-model-file.js'
import { rollbackClass } from './rollback.js'
import { throwIfAborted } from './throw-if-aborted.js'
import { readVocabulary, type Vocabulary } from './vocabulary.js'

/**
 * Loads a GGUF model. The file, the options and the memory are checked first, so that what cannot work is refused in
 * one sentence, and nothing stays in memory after an error.
 */
export async function loadModel(path: string, options: LoadModelOptions = {}): Promise<EngineModel> {
  const { threads, snapshots, mayBlockMs, memoryBudgetBytes, signal } = options
  if (threads !== undefined) assertInteger('threads', threads, { min: 1, max: 512 })
  if (snapshots !== undefined) assertInteger('snapshots', snapshots, { min: 0, max: 64 })
  if (mayBlockMs !== undefined) assertInteger('mayBlockMs', mayBlockMs, { min: 0, max: 60_000 })
  if (memoryBudgetBytes !== undefined) {
    assertInteger('memoryBudgetBytes', memoryBudgetBytes, { min: 1, max: Number.MAX_SAFE_INTEGER })
  }
  throwIfAborted(signal)
  const plan = await planModel(path, options, signal)
  const engine = await startEngine()
  throwIfAborted(signal)
  const name = chooseEngine({
    wanted: options.engine ?? 'auto',
    environment: process.env['FORETOKEN_ENGINE'],
    native: await nativeStatus(),
    hasGpu: engine.llama.gpu !== false,
  })
  assertSequences(plan.sequences, name)
  const estimate = await estimatePlan(plan, engine.llama)
  assertBudget(estimate, memoryBudgetBytes, engine.llama)
  throwIfAborted(signal)
  const { weightsBytes, contextBytes } = estimate
  const loading = { plan, engine, options, weightsBytes, contextBytes }
  return name === 'native' ? await loadNative(loading) : await loadWithNodeLlama(loading)
}

interface Loading {
  readonly plan: ModelPlan
  readonly engine: Engine
  readonly options: LoadModelOptions
  readonly weightsBytes: number
  readonly contextBytes: number
}

async function loadWithNodeLlama({ plan, engine, options }: Loading): Promise<EngineModel> {
  const progress = progressListener(options.onProgress)
  const model = await openModelFile({ plan, engine, options, progress, vocabOnly: false })
  try {
    progress.end()
    throwIfAborted(options.signal)
    const vocabulary = readVocabulary(model)
    const { isHybrid, isRecurrent } = model.fileInsights
    const rollback = rollbackClass({ needsCheckpoints: isHybrid || isRecurrent })
    const threads = options.threads ?? physicalCores(engine.llama)
    const backend = nodeLlamaBackend({ model, engine, plan, vocabulary, rollback, threads })
    const gpu = engine.llama.gpu
    const facts = factsOf(plan, vocabulary, {
      ...{ rollback, threads, engine: 'node-llama-cpp', backend: gpu === false ? 'cpu' : gpu },
    })
    return new LoadedLlamaModel({ backend, plan, vocabulary, facts, sequences: 1 })
  } catch (error) {
    await model.dispose()
    throw error
  }
}

/** node-llama-cpp opens the file for its tokeniser; the addon loads the weights. */
async function loadNative({ plan, engine, options, ...bytes }: Loading): Promise<EngineModel> {
  const progress = progressListener(options.onProgress)
  const model = await openModelFile({ plan, engine, options, progress: undefined, vocabOnly: true })
  try {
    const vocabulary = readVocabulary(model)
    const binding = await startNative()
    const cores = physicalCores(engine.llama)
    const { signal } = options
    const backend = await loadNativeBackend({ binding, plan, options, onProgress: progress.hear, ...bytes, cores })
    try {
      progress.end()
      throwIfAborted(signal)
      const { rollback, threads } = backend
      const facts = factsOf(plan, vocabulary, { rollback, threads, engine: 'native', backend: 'cpu' })
      const dispose = async () => {
        await backend.dispose()
        await model.dispose()
      }
      const parts = { plan, vocabulary, facts, sequences: plan.sequences }
      return new LoadedLlamaModel({ ...parts, backend: { ...backend, dispose }, native: backend })
    } catch (error) {
      await backend.dispose()
      throw error
    }
  } catch (error) {
    await model.dispose()
    throw error
  }
}

interface ProgressListener {
  hear(rate: number): void
  /** Says that loading is over; throws what the listener threw. */
  end(): void
}

/**
 * Passes rates on that rise up to 1. node-llama-cpp may be late with them, even after the model is there, and prints what
 * a listener throws.
 */
function progressListener(onProgress: (rate: number) => void = () => {}): ProgressListener {
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

/** Hyper-threads and cores of lower speed only make the others wait. */
function physicalCores(llama: Llama): number {
  return Math.max(1, Math.min(llama.cpuMathCores, availableParallelism()))
}

function factsOf(
  { file, metadata, contextTokens, batchTokens, tokenizerFingerprint }: ModelPlan,
  vocabulary: Vocabulary,
  found: Pick<ModelFacts, 'rollback' | 'threads' | 'engine' | 'backend'>,
): ModelFacts {
  return {
    path: file.path,
    fileBytes: file.fileBytes,
    architecture: metadata.architecture,
    parameters: file.parameters,
    vocabularySize: vocabulary.size,
    tokenizerFingerprint,
    contextTokens,
    trainedContextTokens: metadata.trainedContextTokens,
    batchTokens,
    hasChatTemplate: metadata.chatTemplate !== undefined,
    endOfTextTokens: vocabulary.endOfTextTokens,
    engineVersion: ENGINE_VERSION,
    ...found,
  }
}
