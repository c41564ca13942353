import type { MemoryShape } from './memory-shape.js'

/** One batch, as llama.cpp reserves its graph. */
interface Batch {
  readonly batchTokens: number
  /** Cells of the cache of one sequence. */
  readonly cells: number
  readonly sequences: number
  readonly flashAttention: boolean
}

/**
 * The compute buffer: the most that is alive at once among the outputs, the attention and the feed-forward network of the
 * last layers, as ggml-alloc lays out the graphs of qwen3, and of qwen3moe and lfm2 in the shapes of the fixtures, on the CPU
 * with flash attention and a cache of F16. Elsewhere a vector more or less is alive at these places: what is left over between
 * others depends on their order, and in a mixture on how wide its experts are.
 */
export function computeBytes(shape: MemoryShape, batch: Batch): number {
  const { batchTokens: tokens, cells, sequences, flashAttention } = batch
  const { embeddingLength, heads, queryLength, vocabularySize } = shape
  const floats = (perToken: number) => aligned(4 * perToken * tokens)
  const outputs = floats(vocabularySize) + 2 * floats(embeddingLength) + aligned(4 * tokens)
  if (shape.attention.length === 0) return Math.max(outputs, floats(feedForward(shape)))
  // Ids of tokens, positions and outputs; cells of keys and values; the states to copy.
  const stateIds = shape.recurrentBytes > 0 ? aligned(4 * sequences) : 0
  const valueIds = flashAttention ? 1 : Math.max(...shape.attention.map(({ valueLength }) => valueLength))
  const inputs = 3 * aligned(4 * tokens) + aligned(8 * tokens) + aligned(8 * tokens * valueIds) + stateIds
  const mask = aligned((flashAttention ? 2 : 4) * cells * tokens)
  const scores = flashAttention ? 0 : aligned(4 * cells * tokens * heads)
  const attention = inputs + mask + scores + 3 * floats(embeddingLength) + 2 * floats(queryLength)
  return Math.max(outputs, attention, inputs + mask + floats(feedForward(shape)))
}

/** Floats of one token at the widest place of the feed-forward network. */
function feedForward(shape: MemoryShape): number {
  const { embeddingLength, feedForwardLength, usedExperts, recurrentBytes } = shape
  if (usedExperts === 0) return 3 * feedForwardLength + (recurrentBytes > 0 ? 3 : 4) * embeddingLength
  return Math.max(
    3 * usedExperts * feedForwardLength + 3 * embeddingLength,
    2 * usedExperts * embeddingLength + 3 * embeddingLength,
  )
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / 32) * 32
}
