import { GGUFValueType } from '@huggingface/gguf'
import { type GgufValue, tensorBytes, tensorFormats } from '../src/gguf/gguf-types.js'
import type { GgufContent, TensorSource } from '../src/gguf/gguf-writer.js'
import { feedForwardKey, type SourceShape } from '../src/inflate/model-shape.js'

/** Words of the vocabulary, and places that the short convolution sees. */
export const VOCABULARY = 11
const TAPS = 3

/** A model of any small shape with F32 weights from -1 to 1; of a hybrid, every second layer is a short convolution. */
export function randomModel(shape: SourceShape, random: () => number): GgufContent {
  const { architecture, width, heads, kvHeads, headLength, layers } = shape
  const tensor = (name: string, lengths: readonly number[], norm = false): TensorSource =>
    randomTensor(`${name}.weight`, lengths, () => (norm ? 0.5 + random() : 2 * random() - 1))
  const tensors = [tensor('token_embd', [width, VOCABULARY]), tensor('output', [width, VOCABULARY])]
  tensors.push(tensor(architecture === 'lfm2' ? 'token_embd_norm' : 'output_norm', [width], true))
  for (let layer = 0; layer < layers; layer++) {
    const part = (name: string, lengths: readonly number[], norm = false): void => {
      tensors.push(tensor(`blk.${layer}.${name}`, lengths, norm))
    }
    part('attn_norm', [width], true)
    part('ffn_norm', [width], true)
    if (hasConvolution(shape, layer)) {
      part('shortconv.in_proj', [width, 3 * width])
      part('shortconv.conv', [TAPS, width])
      part('shortconv.out_proj', [width, width])
    } else {
      part('attn_q', [width, heads * headLength])
      part('attn_k', [width, kvHeads * headLength])
      part('attn_v', [width, kvHeads * headLength])
      part('attn_output', [heads * headLength, width])
      part('attn_q_norm', [headLength], true)
      part('attn_k_norm', [headLength], true)
    }
    feedForwardParts(shape, part)
  }
  return { metadata: metadataOf(shape), tensors }
}

function feedForwardParts(shape: SourceShape, part: (name: string, lengths: readonly number[]) => void): void {
  const { architecture, width, feedForward, experts } = shape
  const mixture = architecture === 'qwen3moe'
  const suffix = mixture ? '_exps' : ''
  const each = mixture ? [experts] : []
  if (mixture) part('ffn_gate_inp', [width, experts])
  part(`ffn_gate${suffix}`, [width, feedForward, ...each])
  part(`ffn_up${suffix}`, [width, feedForward, ...each])
  part(`ffn_down${suffix}`, [feedForward, width, ...each])
}

function metadataOf(shape: SourceShape): Map<string, GgufValue> {
  const { architecture, layers, kvHeads } = shape
  const count = (value: number): GgufValue => ({ type: GGUFValueType.UINT32, value })
  const perLayer = Array.from({ length: layers }, (_, layer) => (hasConvolution(shape, layer) ? 0 : kvHeads))
  return new Map<string, GgufValue>([
    ['general.architecture', { type: GGUFValueType.STRING, value: architecture }],
    [`${architecture}.block_count`, count(layers)],
    [`${architecture}.embedding_length`, count(shape.width)],
    [feedForwardKey(architecture), count(shape.feedForward)],
    [`${architecture}.expert_count`, count(shape.experts)],
    [`${architecture}.attention.head_count`, count(shape.heads)],
    [
      `${architecture}.attention.head_count_kv`,
      architecture === 'lfm2'
        ? { type: GGUFValueType.ARRAY, subType: GGUFValueType.INT32, value: perLayer }
        : count(kvHeads),
    ],
    [`${architecture}.attention.key_length`, count(shape.headLength)],
    [`${architecture}.attention.layer_norm_rms_epsilon`, { type: GGUFValueType.FLOAT32, value: shape.normEpsilon }],
  ])
}

function hasConvolution({ architecture }: SourceShape, layer: number): boolean {
  return architecture === 'lfm2' && layer % 2 === 0
}

function randomTensor(name: string, shape: readonly number[], random: () => number): TensorSource {
  const [format] = tensorFormats
  if (format === undefined) throw new Error('there is no format')
  const floats = Float32Array.from({ length: tensorBytes(format, shape) / 4 }, random)
  return { name, format, shape, chunks: () => [new Uint8Array(floats.buffer)] }
}
