import { SpeculationError } from '@foretoken/contract'
import { GGUFValueType } from '@huggingface/gguf'
import type { GgufMetadata, GgufValue } from '../gguf/gguf-types.js'
import type { GgufContent, TensorSource } from '../gguf/gguf-writer.js'
import { type Inflation, identityTensor, inflatedTensor } from './inflate-tensor.js'
import { feedForwardKey } from './model-shape.js'
import { padVocabulary } from './pad-vocabulary.js'
import { splitTensorName } from './tensor-rules.js'

/** What the inflated file holds; its tensors are made when they are written. */
export function planInflation(inflation: Inflation): GgufContent {
  return { metadata: inflatedMetadata(inflation), tensors: inflatedTensors(inflation) }
}

/** Weights of all tensors together. */
export function parameterCount({ tensors }: GgufContent): number {
  return tensors.reduce((sum, { shape }) => sum + shape.reduce((product, length) => product * length, 1), 0)
}

/** Layers beyond the source's own take their kinds from it in turn: a hybrid model keeps its pattern. */
function inflatedTensors(inflation: Inflation): TensorSource[] {
  const { source, from, to } = inflation
  const tensors = source.tensors.map((info) => inflatedTensor(inflation, info))
  for (let layer = from.layers; layer < to.layers; layer++) {
    const templates = source.tensors.filter(({ name }) => splitTensorName(name).layer === layer % from.layers)
    for (const template of templates) {
      const name = `blk.${layer}.${splitTensorName(template.name).part}`
      tensors.push(identityTensor(inflation, template, name, tensors.length))
    }
  }
  return tensors
}

function inflatedMetadata({ source, from, to }: Inflation): GgufMetadata {
  const metadata = new Map(source.metadata)
  const { architecture, headLength } = from
  const set = (key: string, type: GGUFValueType, value: number): void => {
    metadata.set(key, { type: metadata.get(key)?.type ?? type, value })
  }
  const setCount = (key: string, value: number): void => set(`${architecture}.${key}`, GGUFValueType.UINT32, value)
  setCount('embedding_length', to.width)
  setCount('block_count', to.layers)
  setCount('attention.head_count', to.heads)
  set(feedForwardKey(architecture), GGUFValueType.UINT32, to.feedForward)
  // Without these, llama.cpp takes width / heads.
  setCount('attention.key_length', headLength)
  setCount('attention.value_length', headLength)
  setCount('rope.dimension_count', ropeLength(metadata, architecture, headLength))
  const epsilon = (from.normEpsilon * from.width) / to.width
  set(`${architecture}.attention.layer_norm_rms_epsilon`, GGUFValueType.FLOAT32, epsilon)
  const kvKey = `${architecture}.attention.head_count_kv`
  metadata.set(kvKey, inflatedKvHeads(metadata.get(kvKey), from.layers, to))
  return to.vocabulary === undefined ? metadata : padVocabulary(metadata, to.vocabulary)
}

function ropeLength(metadata: GgufMetadata, architecture: string, headLength: number): number {
  const value = metadata.get(`${architecture}.rope.dimension_count`)?.value
  return typeof value === 'number' ? value : headLength
}

function inflatedKvHeads(value: GgufValue | undefined, layers: number, to: Inflation['to']): GgufValue {
  if (value === undefined || !Array.isArray(value.value)) {
    return { type: value?.type ?? GGUFValueType.UINT32, value: to.kvHeads }
  }
  const old = value.value
  if (old.length !== layers) {
    throw new SpeculationError('ERR_MODEL_FORMAT', `head_count_kv must have ${layers} entries, got ${old.length}`)
  }
  const heads = Array.from({ length: to.layers }, (_, layer) => (old[layer % layers] === 0 ? 0 : to.kvHeads))
  return { ...value, value: heads }
}
