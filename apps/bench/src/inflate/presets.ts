import type { ModelShape, SourceShape } from './model-shape.js'

export const inflatedSizes: readonly InflatedSize[] = Object.keys(presets) as InflatedSize[]

/** The shape of a preset for one model; the experts of a mixture share the feed-forward length. */
export function presetShape(size: InflatedSize, { experts }: SourceShape): ModelShape {
  const shape = presets[size]
  return { ...shape, feedForward: shape.feedForward / experts }
}
