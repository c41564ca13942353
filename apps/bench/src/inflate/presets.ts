import type { ModelShape, SourceShape } from './model-shape.js'

/** Name of a preset: the size that the base fixture model has in it. */
export type InflatedSize = '0.2b' | '0.6b'

const presets: Readonly<Record<InflatedSize, ModelShape>> = {
  // 403 MB as F16: every step reads far more than any cache holds.
  '0.2b': { width: 1024, feedForward: 3072, heads: 16, kvHeads: 4, layers: 16 },
  // Width and feed-forward of Qwen3-0.6B; more layers make up for its large vocabulary.
  '0.6b': { width: 1024, feedForward: 3072, heads: 32, kvHeads: 8, layers: 40 },
}

export const inflatedSizes: readonly InflatedSize[] = Object.keys(presets) as InflatedSize[]

/**
 * The shape of a preset for one model. The experts of a mixture share the feed-forward length; the heads of an `lfm2`
 * model fill the width.
 */
export function presetShape(size: InflatedSize, { architecture, experts, headLength }: SourceShape): ModelShape {
  const shape = presets[size]
  const feedForward = shape.feedForward / experts
  if (architecture !== 'lfm2') return { ...shape, feedForward }
  const heads = shape.width / headLength
  return { ...shape, feedForward, heads, kvHeads: heads / 4 }
}
