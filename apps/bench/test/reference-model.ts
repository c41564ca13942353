import type { TensorSource } from '../src/gguf/gguf-writer.js'
import type { SourceShape } from '../src/inflate/model-shape.js'

/** A tensor as numbers; `shape` is in GGUF order. */
interface Weights {
  readonly shape: readonly number[]
  readonly values: Vector
}
export type ModelWeights = Map<string, Weights>

type Vector = Float64Array<ArrayBuffer>
const HEAD_EPSILON = 1e-6

type Get = (name: string) => Weights

/** The numbers of F32 tensors. */
export async function collectWeights(tensors: readonly TensorSource[]): Promise<ModelWeights> {
  const weights: ModelWeights = new Map()
  for (const { name, shape, chunks } of tensors) {
    const pieces: Uint8Array[] = []
    for await (const piece of chunks()) pieces.push(piece)
    const { buffer } = Uint8Array.from(Buffer.concat(pieces))
    weights.set(name, { shape, values: Float64Array.from(new Float32Array(buffer)) })
  }
  return weights
}

/**
 * Logits after each token, in double precision, as llama.cpp's graphs `qwen3`, `qwen3moe` and `lfm2` define them.
 * Rotary positions are left out: they act within a head, and heads keep their length. So is the one known difference: a
 * file has one epsilon for all norms, and those of the heads should keep theirs when that of the width changes.
 */
export function referenceLogits(weights: ModelWeights, shape: SourceShape, tokens: readonly number[]): Vector[] {
  const get: Get = (name) => {
    const found = weights.get(name)
    if (found === undefined) throw new Error(`no tensor ${name}`)
    return found
  }
  const embedding = get('token_embd.weight')
  const norm = (name: string, x: Vector): Vector => rmsNorm(x, get(name).values, shape.normEpsilon)
  let stream = tokens.map((token) => embedding.values.slice(token * shape.width, (token + 1) * shape.width))
  for (let layer = 0; layer < shape.layers; layer++) {
    const part: Get = (name) => get(`blk.${layer}.${name}.weight`)
    const normed = stream.map((x) => norm(`blk.${layer}.attn_norm.weight`, x))
    const isAttention = weights.has(`blk.${layer}.attn_q.weight`)
    const mixed = isAttention ? attention(part, shape, normed) : shortConvolution(part, shape.width, normed)
    stream = stream.map((x, index) => add(x, mixed[index]))
    const isMixture = weights.has(`blk.${layer}.ffn_gate_inp.weight`)
    stream = stream.map((x) => {
      const y = norm(`blk.${layer}.ffn_norm.weight`, x)
      return add(x, isMixture ? mixture(part, y) : feedForward(part, '', 0, y))
    })
  }
  const last = weights.has('output_norm.weight') ? 'output_norm.weight' : 'token_embd_norm.weight'
  return stream.map((x) => multiply(get('output.weight'), norm(last, x)))
}

function attention(part: Get, { heads, kvHeads, headLength }: SourceShape, xs: readonly Vector[]): Vector[] {
  const split = (name: string, normName?: string): Vector[][] =>
    xs.map((x) => {
      const y = multiply(part(name), x)
      const parts = Array.from({ length: y.length / headLength }, (_, head) =>
        y.slice(head * headLength, (head + 1) * headLength),
      )
      return normName === undefined ? parts : parts.map((head) => rmsNorm(head, part(normName).values, HEAD_EPSILON))
    })
  const queries = split('attn_q', 'attn_q_norm')
  const keys = split('attn_k', 'attn_k_norm')
  const values = split('attn_v')
  return xs.map((_, position) => {
    const out = new Float64Array(heads * headLength)
    for (let head = 0; head < heads; head++) {
      const kvHead = Math.floor(head / (heads / kvHeads))
      const past = keys.slice(0, position + 1)
      const scores = past.map((key) => dot(key[kvHead], queries[position]?.[head]) / Math.sqrt(headLength))
      for (const [index, weight] of softmax(scores).entries()) {
        addInto(out, head * headLength, values[index]?.[kvHead], weight)
      }
    }
    return multiply(part('attn_output'), out)
  })
}

function shortConvolution(part: Get, width: number, xs: readonly Vector[]): Vector[] {
  const kernel = part('shortconv.conv')
  const length = kernel.shape[0] ?? 0
  const projected = xs.map((x) => multiply(part('shortconv.in_proj'), x))
  return xs.map((_, position) => {
    const out = new Float64Array(width)
    for (let channel = 0; channel < width; channel++) {
      for (let tap = 0; tap < length; tap++) {
        const bcx = projected[position - (length - 1) + tap]
        const product = (bcx?.[channel] ?? 0) * (bcx?.[2 * width + channel] ?? 0)
        out[channel] = (out[channel] ?? 0) + product * (kernel.values[channel * length + tap] ?? 0)
      }
      out[channel] = (out[channel] ?? 0) * (projected[position]?.[width + channel] ?? 0)
    }
    return multiply(part('shortconv.out_proj'), out)
  })
}

/** The two best experts, weighted by the softmax over all and normalised, as `norm_w` does. */
function mixture(part: Get, x: Vector): Vector {
  const shares = softmax([...multiply(part('ffn_gate_inp'), x)])
  const best = [...shares.entries()].sort(([, a], [, b]) => b - a).slice(0, 2)
  const total = best.reduce((sum, [, share]) => sum + share, 0)
  const out = new Float64Array(x.length)
  for (const [expert, share] of best) addInto(out, 0, feedForward(part, '_exps', expert, x), share / total)
  return out
}

function feedForward(part: Get, suffix: string, expert: number, x: Vector): Vector {
  const gate = multiply(part(`ffn_gate${suffix}`), x, expert)
  const up = multiply(part(`ffn_up${suffix}`), x, expert)
  return multiply(
    part(`ffn_down${suffix}`),
    gate.map((value, index) => (value / (1 + Math.exp(-value))) * (up[index] ?? 0)),
    expert,
  )
}

function multiply({ shape, values }: Weights, x: Vector, slice = 0): Vector {
  const [columns = 0, rows = 0] = shape
  const start = slice * rows * columns
  return Float64Array.from({ length: rows }, (_, row) =>
    dot(values.subarray(start + row * columns, start + (row + 1) * columns), x),
  )
}

function rmsNorm(x: Vector, weights: Vector, epsilon: number): Vector {
  const scale = 1 / Math.sqrt(dot(x, x) / x.length + epsilon)
  return x.map((value, index) => value * scale * (weights[index] ?? 0))
}

function softmax(values: readonly number[]): number[] {
  const top = Math.max(...values)
  const powers = values.map((value) => Math.exp(value - top))
  const sum = powers.reduce((total, power) => total + power, 0)
  return powers.map((power) => power / sum)
}

function dot(a: Vector | undefined, b: Vector | undefined): number {
  let sum = 0
  for (let index = 0; index < (a?.length ?? 0); index++) sum += (a?.[index] ?? 0) * (b?.[index] ?? 0)
  return sum
}

function add(a: Vector, b: Vector | undefined): Vector {
  return a.map((value, index) => value + (b?.[index] ?? 0))
}

function addInto(out: Vector, start: number, x: Vector | undefined, factor: number): void {
  for (const [index, value] of (x ?? new Float64Array()).entries())
    out[start + index] = (out[start + index] ?? 0) + value * factor
}
