import { SpeculationError } from '@foretoken/contract'
import type { GgufMetadata, GgufValue } from '../gguf/gguf-types.js'

/** llama.cpp's `LLAMA_TOKEN_TYPE_UNUSED`. */
const UNUSED = 5

const keys = { tokens: 'tokenizer.ggml.tokens', types: 'tokenizer.ggml.token_type', scores: 'tokenizer.ggml.scores' }

/**
 * The tokenizer's metadata with a vocabulary of `size` tokens; those added are never made of any text. Their rows of the
 * output matrix are zero, and so are their logits: the text stays as it is where the best logit is above zero.
 */
export function padVocabulary(metadata: GgufMetadata, size: number): GgufMetadata {
  const tokens = metadata.get(keys.tokens)
  if (tokens === undefined || !Array.isArray(tokens.value)) {
    throw new SpeculationError('ERR_MODEL_UNSUPPORTED', `the model has no ${keys.tokens}`)
  }
  const count = tokens.value.length
  if (!(size >= count)) {
    throw new SpeculationError('ERR_OPTION_INVALID', `vocabulary must be at least ${count}, got ${size}`)
  }
  const padded = new Map(metadata)
  padded.set(
    keys.tokens,
    extended(tokens, size, (id) => `[unused ${id}]`),
  )
  const [types, scores] = [metadata.get(keys.types), metadata.get(keys.scores)]
  if (types !== undefined)
    padded.set(
      keys.types,
      extended(types, size, () => UNUSED),
    )
  if (scores !== undefined)
    padded.set(
      keys.scores,
      extended(scores, size, () => 0),
    )
  return padded
}

function extended(list: GgufValue, size: number, entry: (index: number) => number | string): GgufValue {
  const old = Array.isArray(list.value) ? list.value : []
  const added = Array.from({ length: size - old.length }, (_, index) => entry(old.length + index))
  return { ...list, value: [...old, ...added] } as GgufValue
}
