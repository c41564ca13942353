import { assertInteger, SpeculationError } from '@foretoken/contract'
import { applyOverrides } from './metadata-overrides.js'
import { type ModelFile, readModelFile } from './model-file.js'
import { type ModelMetadata, readModelMetadata } from './model-metadata.js'
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
}

/** The smallest context that is of use. */
const leastContextTokens = 16
const defaultContextTokens = 4096
const defaultBatchTokens = 512

/** Checks the file and the options and fills the defaults in; needs no engine. */
export async function planModel(
  path: string,
  options: EstimateMemoryOptions,
  signal?: AbortSignal,
): Promise<ModelPlan> {
  const { metadataOverrides = {}, attention = 'exact' } = options
  if (attention !== 'exact' && attention !== 'fast') {
    throw new SpeculationError(
      'ERR_OPTION_INVALID',
      `attention must be 'exact' or 'fast', got ${JSON.stringify(attention)}`,
    )
  }
  const file = await readModelFile(path, signal)
  const { metadata: replaced, engineOverrides } = applyOverrides(file, metadataOverrides)
  const metadata = readModelMetadata(file, replaced)
  const { contextTokens = Math.min(metadata.trainedContextTokens, defaultContextTokens) } = options
  assertContextTokens(contextTokens, metadata)
  const { batchTokens = Math.min(contextTokens, defaultBatchTokens) } = options
  assertInteger('batchTokens', batchTokens, { min: 1, max: contextTokens })
  return { file, metadata, engineOverrides, contextTokens, batchTokens, attention }
}

/** Throws `ERR_OPTION_INVALID` for a context that the model was not trained for. */
export function assertContextTokens(contextTokens: number, { trainedContextTokens }: ModelMetadata): void {
  const max = Math.max(leastContextTokens, trainedContextTokens)
  assertInteger('contextTokens', contextTokens, { min: leastContextTokens, max })
}
