import { closeSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs'
import { fixtureModels } from '@foretoken/fixtures'
import { headerBytes, madeTensor, uint32Pair } from '../made-header.js'
import { changedPairs, readPairs } from './header-pairs.js'

const [layers, width, feedForward, heads, keyHeads, headLength, tokens] = [16, 1024, 3072, 16, 4, 64, 4096]
const q8 = { id: 8, bytesOf: (values: number) => (values / 32) * 34 }

/** Writes a qwen3 of 0.2 billion parameters, all 0, with the tokenizer of the fixtures: the file is one hole. */
export function writeEnlargedModel(path: string): void {
  const shape = {
    block_count: layers,
    embedding_length: width,
    feed_forward_length: feedForward,
    'attention.head_count': heads,
    'attention.head_count_kv': keyHeads,
  }
  const changes = Object.entries(shape).map(([name, value]) => uint32Pair(`qwen3.${name}`, value))
  const pairs = changedPairs(
    readPairs(readFileSync(fixtureModels.base.q8_0)),
    new Map(changes.map(({ key, bytes }) => [key, bytes])),
  )
  let offset = 0
  const infos = tensors().map(([name, ...dimensions]) => {
    const isMatrix = dimensions.length === 2
    const values = dimensions.reduce((product, size) => product * size, 1)
    const info = madeTensor(name, dimensions, { type: isMatrix ? q8.id : 0, offset })
    offset += Math.ceil((isMatrix ? q8.bytesOf(values) : 4 * values) / 32) * 32
    return info
  })
  const header = headerBytes(pairs, infos)
  const file = openSync(path, 'w')
  writeSync(file, header)
  ftruncateSync(file, header.length + offset)
  closeSync(file)
}

function tensors(): readonly (readonly [name: string, ...dimensions: number[]])[] {
  const inLayer = (layer: number): readonly (readonly [string, ...number[]])[] => [
    [`blk.${layer}.attn_norm.weight`, width],
    [`blk.${layer}.attn_q.weight`, width, heads * headLength],
    [`blk.${layer}.attn_k.weight`, width, keyHeads * headLength],
    [`blk.${layer}.attn_v.weight`, width, keyHeads * headLength],
    [`blk.${layer}.attn_q_norm.weight`, headLength],
    [`blk.${layer}.attn_k_norm.weight`, headLength],
    [`blk.${layer}.attn_output.weight`, heads * headLength, width],
    [`blk.${layer}.ffn_norm.weight`, width],
    [`blk.${layer}.ffn_gate.weight`, width, feedForward],
    [`blk.${layer}.ffn_up.weight`, width, feedForward],
    [`blk.${layer}.ffn_down.weight`, feedForward, width],
  ]
  return [
    ['token_embd.weight', width, tokens],
    ['output_norm.weight', width],
    ['output.weight', width, tokens],
    ...Array.from({ length: layers }, (_, layer) => inLayer(layer)).flat(),
  ]
}
