import { assertInteger, SpeculationError } from '@foretoken/contract'
import { tokenizerFingerprint } from '@foretoken/registry/gguf'
import type { EngineName } from './engine-choice.js'
import { applyOverrides, type PlannedOverride } from './metadata-overrides.js'
import { type ModelFile, readModelFile } from './model-file.js'
import { type ModelMetadata, type ModelTask, readModelMetadata } from './model-metadata.js'
import type { EstimateMemoryOptions, MetadataOverrides } from './model-types.js'

/** A model file that was checked, and how it is to be loaded. */
export interface ModelPlan {
  readonly file: ModelFile
  readonly metadata: ModelMetadata
  /** Overrides as node-llama-cpp must be given them. */
  readonly engineOverrides: MetadataOverrides
  readonly contextTokens: number
  readonly batchTokens: number
  readonly attention: 'exact' | 'fast'
  /** Sequences of one context. */
  readonly sequences: number
  readonly overrides: readonly PlannedOverride[]
  readonly tokenizerFingerprint: string
}

/** The smallest context that is of use. */
const leastContextTokens = 16
const defaultContextTokens = 4096
const defaultBatchTokens = 512
// LLAMA_MAX_SEQ.
const mostSequences = 256

/** Checks the file and the options and fills the defaults in; needs no engine. */
export async function planModel(
  path: string,
  options: EstimateMemoryOptions,
  signal?: AbortSignal,
  task?: ModelTask,
): Promise<ModelPlan> {
  const { metadataOverrides = {}, attention = 'exact' } = options
  if (attention !== 'exact' && attention !== 'fast') {
    throw new SpeculationError(
      'ERR_OPTION_INVALID',
      `attention must be 'exact' or 'fast', got ${JSON.stringify(attention)}`,
    )
  }
  const file = await readModelFile(path, signal)
  const { metadata: replaced, engineOverrides, overrides } = applyOverrides(file, metadataOverrides)
  const metadata = readModelMetadata(file, replaced, task)
  const fingerprint = tokenizerFingerprint(replaced)
  const { contextTokens = Math.min(metadata.trainedContextTokens, defaultContextTokens) } = options
  assertContextTokens(contextTokens, metadata)
  const { batchTokens = Math.min(contextTokens, defaultBatchTokens) } = options
  assertInteger('batchTokens', batchTokens, { min: 1, max: contextTokens })
  const { sequences = 1 } = options
  assertInteger('sequences', sequences, { min: 1, max: mostSequences })
  const limits = { contextTokens, batchTokens, attention, sequences }
  return { file, metadata, engineOverrides, overrides, tokenizerFingerprint: fingerprint, ...limits }
}

/** Throws `ERR_OPTION_INVALID` for more sequences than the engine can have in one context. */
export function assertSequences(sequences: number, engine: EngineName): void {
  assertInteger('sequences', sequences, { min: 1, max: mostSequences })
  if (engine === 'native' || sequences === 1) return
  const message = `sequences must be 1 on node-llama-cpp, got ${sequences}; open several targets, or use the native engine`
  throw new SpeculationError('ERR_OPTION_INVALID', message, { details: { option: 'sequences', sequences } })
}

/** Throws `ERR_OPTION_INVALID` for a context that the model was not trained for. */
export function assertContextTokens(contextTokens: number, { trainedContextTokens }: ModelMetadata): void {
  const max = Math.max(leastContextTokens, trainedContextTokens)
  assertInteger('contextTokens', contextTokens, { min: leastContextTokens, max })
}
