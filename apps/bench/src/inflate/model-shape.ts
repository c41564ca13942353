import { SpeculationError } from '@foretoken/contract'
import type { GgufSource } from '../gguf/read-gguf.js'

/** The lengths that inflating changes. */
export interface ModelShape {
  /** Length of the residual stream. */
  readonly width: number
  /** Inner length of a feed-forward block; of one expert in a mixture. */
  readonly feedForward: number
  readonly heads: number
  readonly kvHeads: number
  readonly layers: number
  /** Tokens of the vocabulary; those added are unused. Absent where it stays as it is. */
  readonly vocabulary?: number
}

/** A model's shape, and what stays as it is. */
export interface SourceShape extends ModelShape {
  readonly architecture: InflatableArchitecture
  /** Length of one attention head. */
  readonly headLength: number
  /** Experts of a mixture; 1 for a dense model. */
  readonly experts: number
  readonly normEpsilon: number
}

/** The architectures whose algebra is known to allow inflating. */
export const inflatableArchitectures = ['qwen3', 'qwen3moe', 'lfm2'] as const
export type InflatableArchitecture = (typeof inflatableArchitectures)[number]

/** Key of the metadata that holds the inner length of a feed-forward block. */
export function feedForwardKey(architecture: InflatableArchitecture): string {
  return `${architecture}.${architecture === 'qwen3moe' ? 'expert_feed_forward_length' : 'feed_forward_length'}`
}

/** Reads the shape of a model that can be inflated. */
export function shapeOf(source: GgufSource): SourceShape {
  const architecture = architectureOf(source)
  const width = numberOf(source, `${architecture}.embedding_length`)
  const heads = numberOf(source, `${architecture}.attention.head_count`)
  const mixture = architecture === 'qwen3moe'
  return {
    architecture,
    width,
    feedForward: numberOf(source, feedForwardKey(architecture)),
    heads,
    // A hybrid model lists the heads layer by layer, 0 where there is no attention.
    kvHeads: numberOf(source, `${architecture}.attention.head_count_kv`),
    layers: numberOf(source, `${architecture}.block_count`),
    headLength: numberOf(source, `${architecture}.attention.key_length`, width / heads),
    experts: mixture ? numberOf(source, `${architecture}.expert_count`) : 1,
    normEpsilon: numberOf(source, `${architecture}.attention.layer_norm_rms_epsilon`),
  }
}

/** Throws `ERR_OPTION_INVALID` unless a model of shape `from` fits into shape `to`. */
export function assertFits(from: SourceShape, to: ModelShape): void {
  for (const dimension of ['width', 'feedForward', 'kvHeads', 'layers'] as const) {
    expectShape(
      to[dimension] >= from[dimension],
      `${dimension} must be at least ${from[dimension]}, got ${to[dimension]}`,
    )
  }
  for (const dimension of ['width', 'feedForward'] as const) {
    expectShape(to[dimension] % 32 === 0, `${dimension} must be a multiple of 32, got ${to[dimension]}`)
  }
  const group = from.heads / from.kvHeads
  const newGroup = to.heads / to.kvHeads
  expectShape(
    Number.isInteger(newGroup) && newGroup >= group,
    `heads must be a multiple of kvHeads, at least ${group} times as many, got ${to.heads} and ${to.kvHeads}`,
  )
  // llama.cpp's graph takes the width for the length of all heads together.
  expectShape(
    from.architecture !== 'lfm2' || to.heads * from.headLength === to.width,
    `heads must be width / ${from.headLength} in an lfm2 model, got ${to.heads} and width ${to.width}`,
  )
}

function expectShape(holds: boolean, message: string): void {
  if (!holds) throw new SpeculationError('ERR_OPTION_INVALID', message)
}

function architectureOf({ path, metadata }: GgufSource): InflatableArchitecture {
  const value = metadata.get('general.architecture')?.value
  const architecture = inflatableArchitectures.find((known) => known === value)
  if (architecture !== undefined) return architecture
  const known = inflatableArchitectures.join(', ')
  throw new SpeculationError('ERR_MODEL_UNSUPPORTED', `${path}: the architecture must be one of ${known}, got ${value}`)
}

function numberOf({ path, metadata }: GgufSource, key: string, fallback?: number): number {
  const value = metadata.get(key)?.value ?? fallback
  const values = new Set((Array.isArray(value) ? value : [value]).filter((element) => element !== 0))
  const [only] = values
  if (values.size === 1 && typeof only === 'number') return only
  throw new SpeculationError(
    'ERR_MODEL_UNSUPPORTED',
    `${path}: ${key} must be one number for all layers, got ${value === undefined ? 'nothing' : String(value)}`,
  )
}
