import type { SpeculationError } from '@foretoken/contract'
import type { LlamaModel } from 'node-llama-cpp'
import { type Engine, lost } from './engine.js'
import { unsupported } from './model-metadata.js'
import type { ModelPlan } from './model-plan.js'
import type { LoadModelOptions } from './model-types.js'
import { throwIfAborted } from './throw-if-aborted.js'

/** How a model file is opened. */
export interface ModelFileOpening {
  readonly plan: ModelPlan
  readonly engine: Engine
  readonly options: Pick<LoadModelOptions, 'signal' | 'memoryBudgetBytes'>
  /** Hears how much is loaded. */
  readonly progress: { hear(rate: number): void } | undefined
  /** Whether the weights stay on the disk. */
  readonly vocabOnly: boolean
}

/** Opens the file with node-llama-cpp: all of it, or its vocabulary alone. */
export async function openModelFile({
  plan,
  engine,
  options,
  progress,
  vocabOnly,
}: ModelFileOpening): Promise<LlamaModel> {
  const { signal, memoryBudgetBytes } = options
  const mark = engine.mark()
  try {
    return await engine.llama.loadModel({
      modelPath: plan.file.path,
      metadataOverrides: plan.engineOverrides,
      vocabOnly,
      // What this machine has free was compared already, or the caller knows better.
      ignoreMemorySafetyChecks: vocabOnly || engine.llama.gpu === false || memoryBudgetBytes !== undefined,
      ...(progress && { onLoadProgress: progress.hear }),
      ...(signal && { loadSignal: signal }),
    })
  } catch (cause) {
    throwIfAborted(signal)
    throw loadError(plan, { cause, words: await engine.wordsSince(mark) })
  }
}

function loadError(plan: ModelPlan, failure: { cause: unknown; words: string }): SpeculationError {
  const refused = /^error loading model:? *(?<reason>.*)/s.exec(failure.words)?.groups?.['reason']
  if (refused !== undefined) return unsupported(plan.file.path, `llama.cpp says: ${refused}`, { cause: failure.cause })
  return lost(`llama.cpp could not load ${plan.file.path}`, failure)
}
