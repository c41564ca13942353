import { assertInteger, SpeculationError } from '@foretoken/contract'
import type { ModelFacts } from '../facts/model-facts.js'
import { ggmlTypeByName, ggmlTypes } from '../gguf/ggml-types.js'
import { computeBytes } from './compute-bytes.js'
import type { MemoryShape } from './memory-shape.js'

/** How keys or values are stored. */
export type CacheType = 'f32' | 'f16' | 'bf16' | 'q8_0' | 'q5_1' | 'q5_0' | 'q4_1' | 'q4_0' | 'iq4_nl'

/** Options of {@link estimateModelMemory}. */
export interface ModelMemoryOptions {
  /**
   * Context of all sequences together, in tokens (16 to 2^31 − 1).
   * @defaultValue what it was trained for, at most 4096
   */
  readonly contextTokens?: number
  /**
   * Most tokens that are decoded at once (1 to contextTokens).
   * @defaultValue 512, at most contextTokens
   */
  readonly batchTokens?: number
  /**
   * Sequences that share the context (1 to 256).
   * @defaultValue 1
   */
  readonly sequences?: number
  /**
   * How keys are stored.
   * @defaultValue 'f16'
   */
  readonly keyType?: CacheType
  /**
   * How values are stored.
   * @defaultValue 'f16'
   */
  readonly valueType?: CacheType
  /**
   * Whether attention is computed in one step; without it, scores take memory of their own.
   * @defaultValue true
   */
  readonly flashAttention?: boolean
  /**
   * Earlier recurrent states that are kept for going back (0 to 64), llama.cpp's n_rs_seq.
   * @defaultValue 0
   */
  readonly keptStates?: number
  /**
   * Whether layers with a window keep all tokens, so that rejected ones can be taken back.
   * @defaultValue true
   */
  readonly keepsWholeWindow?: boolean
}

/** Memory that a model and one context take on the CPU, in bytes. */
export interface ModelMemory {
  readonly weightsBytes: number
  /** Keys and values. */
  readonly cacheBytes: number
  readonly cacheBytesPerToken: number
  readonly recurrentBytes: number
  /** What one batch needs between its layers. */
  readonly computeBytes: number
  readonly totalBytes: number
}

// llama-context.cpp pads the context of a sequence to this.
const paddingTokens = 256

/**
 * Foretells what llama.cpp will allocate for a model and one context, without the engine. Weights, cache and recurrent
 * state are its own figures; the compute buffer is, too, for the models tested as Foretoken runs them, and elsewhere within
 * some percent, of mixtures 16.
 */
export function estimateModelMemory(
  { memory, contextTokens: trained }: Pick<ModelFacts, 'memory' | 'contextTokens'>,
  options: ModelMemoryOptions = {},
): ModelMemory {
  const { contextTokens = Math.max(16, Math.min(trained, 4096)), sequences = 1, keptStates = 0 } = options
  assertInteger('contextTokens', contextTokens, { min: 16, max: 2 ** 31 - 1 })
  const { batchTokens = Math.min(512, contextTokens), flashAttention = true, keepsWholeWindow = true } = options
  assertInteger('batchTokens', batchTokens, { min: 1, max: contextTokens })
  assertInteger('sequences', sequences, { min: 1, max: 256 })
  assertInteger('keptStates', keptStates, { min: 0, max: 64 })
  const { keyType = 'f16', valueType = 'f16' } = options
  const cellsPerSequence = padded(Math.floor(padded(contextTokens) / sequences))
  const windowCells = (tokens: number) =>
    keepsWholeWindow ? cellsPerSequence : Math.min(cellsPerSequence, padded(tokens + batchTokens))
  const bytesPerToken = tokenBytes(memory, { keyType, valueType, flashAttention })
  const cacheBytes = memory.attention.reduce(
    (sum, group, index) =>
      sum +
      (bytesPerToken[index] ?? 0) *
        sequences *
        (group.windowTokens === undefined ? cellsPerSequence : windowCells(group.windowTokens)),
    0,
  )
  const parts = {
    weightsBytes: memory.weightsBytes,
    cacheBytes,
    recurrentBytes: memory.recurrentBytes * sequences * (1 + keptStates),
    computeBytes: computeBytes(memory, { batchTokens, cells: cellsPerSequence, sequences, flashAttention }),
  }
  const totalBytes = parts.weightsBytes + parts.cacheBytes + parts.recurrentBytes + parts.computeBytes
  return { ...parts, cacheBytesPerToken: bytesPerToken.reduce((sum, bytes) => sum + bytes, 0), totalBytes }
}

/** Bytes of one token by group of layers. */
function tokenBytes(
  { attention }: MemoryShape,
  {
    keyType,
    valueType,
    flashAttention,
  }: Required<Pick<ModelMemoryOptions, 'keyType' | 'valueType' | 'flashAttention'>>,
): readonly number[] {
  // [TAG_V_CACHE_VARIABLE]: transposed values are as long in every layer.
  const longestValue = Math.max(0, ...attention.map(({ valueLength }) => valueLength))
  return attention.map(({ layers, keyLength, valueLength }) => {
    const value = flashAttention || valueLength === 0 ? valueLength : longestValue
    return layers * (rowBytes(keyType, keyLength) + rowBytes(valueType, value))
  })
}

function rowBytes(type: CacheType, values: number): number {
  const layout = ggmlTypes.get(ggmlTypeByName(type) ?? -1)
  if (layout === undefined) {
    throw new SpeculationError('ERR_OPTION_INVALID', `${JSON.stringify(type)} is no type of a cache; use f16 or q8_0`)
  }
  return Math.ceil(values / layout.values) * layout.bytes
}

function padded(tokens: number): number {
  return Math.ceil(tokens / paddingTokens) * paddingTokens
}
