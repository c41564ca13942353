import type { GgufInsights, Llama } from 'node-llama-cpp'
import type { ModelPlan } from './model-plan.js'

/** The part of a context's options on which its memory and its numbers depend. */
export interface ContextShape {
  readonly contextSize: number
  readonly batchSize: number
  readonly sequences: number
  /** Rejected tokens are trimmed from a cache that still holds what slid out of the window. */
  readonly swaFullCache: true
  readonly experimentalKvCacheValueType: 'F16' | 'BF16'
}

/** A context that is wanted of an engine. */
export interface ContextWish {
  readonly llama: Pick<Llama, 'gpu'>
  readonly insights: Pick<GgufInsights, 'flashAttentionSupported'>
  readonly contextTokens: number
  readonly sequences?: number
}

/** How a context of `contextTokens` is made for a planned model. */
export function contextShape(
  { batchTokens, attention }: ModelPlan,
  { llama, insights, contextTokens, sequences = 1 }: ContextWish,
): ContextShape {
  // ggml's CPU kernel (ggml-cpu/ops.cpp, `ggml_compute_forward_flash_attn_ext_f16`) sums differently for one token
  // over 512 cells or more and for 64 tokens or more, but only where keys and values are of one type. BF16 values are
  // as large as F16 ones and move logits no more than F16 does against F32.
  const sumsAlike = attention === 'exact' && llama.gpu === false && insights.flashAttentionSupported
  return {
    contextSize: contextTokens,
    batchSize: Math.min(batchTokens, contextTokens),
    sequences,
    swaFullCache: true,
    experimentalKvCacheValueType: sumsAlike ? 'BF16' : 'F16',
  }
}
