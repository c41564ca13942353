import { freemem } from 'node:os'
import { SpeculationError } from '@foretoken/contract'
import type { Llama } from 'node-llama-cpp'
import { startEngine } from './engine.js'
import { contextShape } from './engine-plan.js'
import { unsupported } from './model-metadata.js'
import { type ModelPlan, planModel } from './model-plan.js'
import type { EstimateMemoryOptions, MemoryEstimate } from './model-types.js'

/**
 * Foretells the memory that a model and one context will take, as llama.cpp itself computes it without allocating
 * anything. Checks the file like `loadModel`.
 */
export async function estimateMemory(path: string, options: EstimateMemoryOptions = {}): Promise<MemoryEstimate> {
  const plan = await planModel(path, options)
  const { llama } = await startEngine()
  return await estimatePlan(plan, llama)
}

/** Like {@link estimateMemory}, with the engine at hand; throws `ERR_MODEL_UNSUPPORTED` for a foreign architecture. */
export async function estimatePlan(plan: ModelPlan, llama: Llama): Promise<MemoryEstimate> {
  const { GgmlType, GgufInsights, readGgufFileInfo } = await import('node-llama-cpp')
  const info = await readGgufFileInfo(plan.file.path, { sourceType: 'filesystem', logWarnings: false })
  const insights = await GgufInsights.from(info, llama)
  const { architecture } = plan.metadata
  if (!insights.isSupportedByLlamaCpp) {
    throw unsupported(plan.file.path, `llama.cpp does not know the architecture ${JSON.stringify(architecture)}`, {
      details: { architecture },
    })
  }
  const { contextTokens, sequences } = plan
  const shape = contextShape(plan, { llama, insights, contextTokens, sequences })
  const gpuLayers = llama.gpu === false ? 0 : insights.totalLayers
  const weights = await insights.estimateModelResourceRequirementsV2({ gpuLayers })
  const context = await insights.estimateContextResourceRequirementsV2({
    contextSize: shape.contextSize,
    modelGpuLayers: gpuLayers,
    batchSize: shape.batchSize,
    sequences: shape.sequences,
    swaFullCache: shape.swaFullCache,
    kvCacheValueType: GgmlType[shape.experimentalKvCacheValueType],
  })
  const weightsBytes = weights.cpuRam + weights.gpuVram
  const contextBytes = context.cpuRam + context.gpuVram
  const totalBytes = weightsBytes + contextBytes
  return { weightsBytes, contextBytes, totalBytes, contextTokens, batchTokens: plan.batchTokens }
}

/**
 * Throws `ERR_BUDGET_EXCEEDED` with the figures when the estimate is over the budget; without one, over the memory that
 * is free. With a GPU, node-llama-cpp itself decides what fits where.
 */
export function assertBudget(estimate: MemoryEstimate, memoryBudgetBytes: number | undefined, llama: Llama): void {
  const { weightsBytes, contextBytes, totalBytes } = estimate
  const limit = memoryBudgetBytes ?? (llama.gpu === false ? freeBytes() : Number.POSITIVE_INFINITY)
  if (totalBytes <= limit) return
  const whose = memoryBudgetBytes === undefined ? 'this machine has free' : 'memoryBudgetBytes allows'
  const needs = `weights ${inMiB(weightsBytes)} and context ${inMiB(contextBytes)} MiB`
  const cure = 'lower contextTokens, take a smaller quantisation or raise memoryBudgetBytes'
  throw new SpeculationError(
    'ERR_BUDGET_EXCEEDED',
    `the model needs ${inMiB(totalBytes)} MiB (${needs}), ${whose} ${inMiB(limit)} MiB; ${cure}`,
    { details: { ...estimate, limitBytes: limit } },
  )
}

/** Container limits are counted where Node.js knows them (20.13 and later). */
export function freeBytes(): number {
  return process.availableMemory?.() ?? freemem()
}

function inMiB(bytes: number): number {
  return Math.ceil(bytes / 1024 ** 2)
}
