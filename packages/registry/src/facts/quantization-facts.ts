import { ggmlTypes } from '../gguf/ggml-types.js'
import type { GgufTensor } from '../gguf/gguf-header.js'
import type { QuantizationFacts } from './model-facts.js'

// llama.h, `enum llama_ftype`; numbers that llama.cpp removed are left out.
const nameByFileType: ReadonlyMap<number, string> = new Map([
  ...([
    [0, 'F32'],
    [1, 'F16'],
    [2, 'Q4_0'],
    [3, 'Q4_1'],
    [7, 'Q8_0'],
    [8, 'Q5_0'],
    [9, 'Q5_1'],
  ] as const),
  ...([
    [10, 'Q2_K'],
    [11, 'Q3_K_S'],
    [12, 'Q3_K_M'],
    [13, 'Q3_K_L'],
    [14, 'Q4_K_S'],
    [15, 'Q4_K_M'],
  ] as const),
  ...([
    [16, 'Q5_K_S'],
    [17, 'Q5_K_M'],
    [18, 'Q6_K'],
    [19, 'IQ2_XXS'],
    [20, 'IQ2_XS'],
    [21, 'Q2_K_S'],
  ] as const),
  ...([
    [22, 'IQ3_XS'],
    [23, 'IQ3_XXS'],
    [24, 'IQ1_S'],
    [25, 'IQ4_NL'],
    [26, 'IQ3_S'],
    [27, 'IQ3_M'],
  ] as const),
  ...([
    [28, 'IQ2_S'],
    [29, 'IQ2_M'],
    [30, 'IQ4_XS'],
    [31, 'IQ1_M'],
    [32, 'BF16'],
    [36, 'TQ1_0'],
  ] as const),
  ...([
    [37, 'TQ2_0'],
    [38, 'MXFP4_MOE'],
    [39, 'NVFP4'],
    [40, 'Q1_0'],
    [41, 'Q2_0'],
  ] as const),
])

/** How the tensors are stored; `fileType` is the file's own word on it. */
export function quantizationFacts(tensors: readonly GgufTensor[], fileType: unknown): QuantizationFacts {
  const byType = new Map<number, { tensors: number; bytes: number; values: number }>()
  for (const { type, bytes, values } of tensors) {
    const sum = byType.get(type) ?? { tensors: 0, bytes: 0, values: 0 }
    byType.set(type, { tensors: sum.tensors + 1, bytes: sum.bytes + bytes, values: sum.values + values })
  }
  const types = Array.from(byType, ([id, { tensors: count, bytes }]) => ({
    type: ggmlTypes.get(id)?.name ?? String(id),
    tensors: count,
    bytes,
  })).sort((one, other) => other.bytes - one.bytes)
  const sums = [...byType.values()]
  const values = sums.reduce((sum, entry) => sum + entry.values, 0)
  const bytes = sums.reduce((sum, entry) => sum + entry.bytes, 0)
  const said = typeof fileType === 'number' ? nameByFileType.get(fileType) : undefined
  return { name: said ?? types[0]?.type ?? 'none', bitsPerWeight: values === 0 ? 0 : (8 * bytes) / values, types }
}
