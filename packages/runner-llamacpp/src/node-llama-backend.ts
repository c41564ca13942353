import type { RollbackClass } from '@foretoken/contract'
import type { LlamaModel } from 'node-llama-cpp'
import { type Engine, lost } from './engine.js'
import { contextShape } from './engine-plan.js'
import { LlamaTarget } from './llama-target.js'
import type { BackendTargetOptions, ModelBackend } from './model-backend.js'
import type { ModelPlan } from './model-plan.js'
import type { Vocabulary } from './vocabulary.js'

/** What decoding with node-llama-cpp needs. */
export interface NodeLlamaBackendParts {
  readonly model: LlamaModel
  readonly engine: Engine
  readonly plan: ModelPlan
  readonly vocabulary: Vocabulary
  readonly rollback: RollbackClass
  readonly threads: number
}

/** Decodes with node-llama-cpp: greedily, one sequence a context. */
export function nodeLlamaBackend(parts: NodeLlamaBackendParts): ModelBackend {
  return {
    openTarget: (options) => openTarget(parts, options),
    dispose: () => parts.model.dispose(),
  }
}

async function openTarget(
  { model, engine, plan, vocabulary, rollback, threads }: NodeLlamaBackendParts,
  { contextTokens, onClose }: BackendTargetOptions,
): Promise<LlamaTarget> {
  const mark = engine.mark()
  try {
    const shape = contextShape(plan, { llama: engine.llama, insights: model.fileInsights, contextTokens })
    const context = await model.createContext({ ...shape, threads, failedCreationRemedy: false })
    const batchTokens = Math.min(plan.batchTokens, contextTokens)
    const endOfTextTokens = new Set(vocabulary.endOfTextTokens)
    const limits = { contextTokens, batchTokens, vocabularySize: vocabulary.size, endOfTextTokens }
    return new LlamaTarget(context, { engine, limits, rollback, onClose })
  } catch (cause) {
    throw lost('llama.cpp could not make a context', { cause, words: await engine.wordsSince(mark) })
  }
}
