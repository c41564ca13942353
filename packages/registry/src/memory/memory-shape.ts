import { isHybrid, keepsRecurrentState } from '../facts/architectures.js'
import type { ModelMetadata } from '../facts/model-metadata.js'
import type { GgufTensor } from '../gguf/gguf-header.js'
import { layerIn } from './layer-in.js'
import { recurrentBytes } from './recurrent-bytes.js'
import { windowLayers } from './window-layers.js'

/** What the memory of a model depends on. */
export interface MemoryShape {
  /** All tensors, as llama.cpp lays them out without mapping the file. */
  readonly weightsBytes: number
  /** Layers that keep keys and values for every token, by what they keep. */
  readonly attention: readonly AttentionLayers[]
  /** One recurrent state of one sequence over all layers; 0 where there is none. */
  readonly recurrentBytes: number
  readonly vocabularySize: number
  readonly embeddingLength: number
  readonly heads: number
  /** Values of all queries of one token. */
  readonly queryLength: number
  /** Width of the feed-forward network, of one expert in a mixture. */
  readonly feedForwardLength: number
  /** Experts that a token passes; 0 where there are none. */
  readonly usedExperts: number
}

/** Layers that are alike in what they keep of a token. */
export interface AttentionLayers {
  readonly layers: number
  /** Values in the key and in the value of one token. */
  readonly keyLength: number
  readonly valueLength: number
  /** Tokens that the layer attends to, where that is not all of them. */
  readonly windowTokens?: number
}

// TENSOR_ALIGNMENT of ggml-backend.
const alignmentBytes = 32

/** Reads the shape off metadata and tensors (`llama_hparams`, `llama_model::create_memory`). */
export function memoryShape(
  metadata: ModelMetadata,
  tensors: readonly GgufTensor[],
  vocabularySize: number,
): MemoryShape {
  const heads = metadata.number('attention.head_count') ?? 0
  const embeddingLength = metadata.number('embedding_length') ?? 0
  const headLength = metadata.number('attention.key_length') ?? (heads === 0 ? 0 : embeddingLength / heads)
  const experts = metadata.number('expert_count') ?? 0
  const expertLength = metadata.number('expert_feed_forward_length')
  const feedForward = metadata.number('feed_forward_length') ?? 0
  return {
    weightsBytes: tensors.reduce((sum, { bytes }) => sum + Math.ceil(bytes / alignmentBytes) * alignmentBytes, 0),
    attention: attentionLayers(metadata, tensors, headLength),
    recurrentBytes: recurrentBytes(metadata, tensors),
    vocabularySize,
    embeddingLength,
    heads,
    queryLength: heads * headLength,
    feedForwardLength: experts > 0 ? (expertLength ?? feedForward) : feedForward,
    usedExperts: experts > 0 ? (metadata.number('expert_used_count') ?? 0) : 0,
  }
}

function attentionLayers(
  metadata: ModelMetadata,
  tensors: readonly GgufTensor[],
  headLength: number,
): readonly AttentionLayers[] {
  const { architecture } = metadata
  if (keepsRecurrentState(architecture) && !isHybrid(architecture)) return []
  const windows = windowLayers(metadata)
  const withKeys = new Set(tensors.map(({ name }) => layerIn(name, /^attn_(?:k|kv_a_mqa)\.weight$/)))
  // Layers of nextn heads and those that read the cache of an earlier layer have none of their own.
  const own = layerCount(metadata) - (metadata.number('attention.shared_kv_layers') ?? 0)
  const groups = new Map<string, AttentionLayers>()
  for (let layer = 0; layer < Math.min(own, mostLayers); layer++) {
    if (isHybrid(architecture) && !withKeys.has(layer)) continue
    const found = keptPerToken(metadata, { layer, headLength, windowTokens: windows(layer) })
    const key = JSON.stringify(found)
    groups.set(key, { ...found, layers: (groups.get(key)?.layers ?? 0) + 1 })
  }
  return [...groups.values()]
}

// LLAMA_MAX_LAYERS.
const mostLayers = 512

/** Layers without those of draft heads. */
export function layerCount(metadata: ModelMetadata): number {
  return (metadata.number('block_count') ?? 0) - (metadata.number('nextn_predict_layers') ?? 0)
}

interface LayerQuestion {
  readonly layer: number
  readonly headLength: number
  readonly windowTokens: number | undefined
}

function keptPerToken(
  metadata: ModelMetadata,
  { layer, headLength, windowTokens }: LayerQuestion,
): Omit<AttentionLayers, 'layers'> {
  const swa = windowTokens === undefined ? '' : '_swa'
  const heads =
    metadata.ofLayer('attention.head_count_kv', layer) ?? metadata.ofLayer('attention.head_count', layer) ?? 0
  const key = metadata.number(`attention.key_length${swa}`) ?? headLength
  const value = metadata.number(`attention.value_length${swa}`) ?? headLength
  // Multi-head latent attention keeps one compressed vector, of which values are a part.
  const isLatent = metadata.number('attention.key_length_mla') !== undefined
  return {
    keyLength: heads * key,
    valueLength: isLatent ? 0 : heads * value,
    ...(windowTokens !== undefined && { windowTokens }),
  }
}
