import { SpeculationError } from '@foretoken/contract'
import type { AxisKind } from './axis.js'

/** How a tensor is inflated. */
export interface TensorRule {
  /** What each axis runs over, the row first. */
  readonly axes: readonly AxisKind[]
  /** `scale`: a norm over the width; `zero`: it writes to the residual stream, and is zero in a layer that must do nothing. */
  readonly role?: 'scale' | 'zero'
}

const matrices = {
  'token_embd.weight': { axes: ['width', 'vocabulary'] },
  'output.weight': { axes: ['width', 'vocabulary'] },
  'attn_q.weight': { axes: ['width', 'heads'] },
  'attn_k.weight': { axes: ['width', 'kv-heads'] },
  'attn_v.weight': { axes: ['width', 'kv-heads'] },
  'attn_output.weight': { axes: ['heads', 'width'], role: 'zero' },
  'ffn_gate.weight': { axes: ['width', 'feed-forward'] },
  'ffn_up.weight': { axes: ['width', 'feed-forward'] },
  'ffn_down.weight': { axes: ['feed-forward', 'width'], role: 'zero' },
  // A mixture: the router's logits and so its choice stay the same, every expert is inflated alike.
  'ffn_gate_inp.weight': { axes: ['width', 'kept'] },
  'ffn_gate_exps.weight': { axes: ['width', 'feed-forward', 'kept'] },
  'ffn_up_exps.weight': { axes: ['width', 'feed-forward', 'kept'] },
  'ffn_down_exps.weight': { axes: ['feed-forward', 'width', 'kept'], role: 'zero' },
  // A gated short convolution: in_proj makes b, c and x, the convolution runs over b · x, c gates its outcome. Each new
  // channel starts as zero and is multiplied and summed only with itself, so it stays zero.
  'shortconv.in_proj.weight': { axes: ['width', 'three-widths'] },
  'shortconv.conv.weight': { axes: ['kept', 'width'] },
  'shortconv.out_proj.weight': { axes: ['width', 'width'], role: 'zero' },
} satisfies Record<string, TensorRule>

const norms = {
  'output_norm.weight': { axes: ['width'], role: 'scale' },
  'token_embd_norm.weight': { axes: ['width'], role: 'scale' },
  'attn_norm.weight': { axes: ['width'], role: 'scale' },
  'ffn_norm.weight': { axes: ['width'], role: 'scale' },
  // Over one head, whose length stays.
  'attn_q_norm.weight': { axes: ['kept'] },
  'attn_k_norm.weight': { axes: ['kept'] },
} satisfies Record<string, TensorRule>

const rules: ReadonlyMap<string, TensorRule> = new Map(Object.entries<TensorRule>({ ...matrices, ...norms }))

/** Layer of a tensor's name, and what it is in the layer: `blk.3.attn_q.weight` is `attn_q.weight` of layer 3. */
export function splitTensorName(name: string): { readonly layer?: number; readonly part: string } {
  const match = /^blk\.(\d+)\.(.+)$/.exec(name)
  return match === null ? { part: name } : { layer: Number(match[1]), part: match[2] ?? '' }
}

/** The rule for a tensor; throws `ERR_MODEL_UNSUPPORTED` for one that no rule covers. */
export function tensorRule(name: string): TensorRule {
  const rule = rules.get(splitTensorName(name).part)
  if (rule !== undefined) return rule
  throw new SpeculationError('ERR_MODEL_UNSUPPORTED', `${name} is a tensor that no rule for inflating covers`)
}

/** Whether the tensor holds the weights of a norm. */
export function isNorm(name: string): boolean {
  return splitTensorName(name).part in norms
}
