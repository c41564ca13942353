export { type Inflated, type InflateOptions, inflate } from './inflate/inflate.js'
export {
  type InflatableArchitecture,
  inflatableArchitectures,
  type ModelShape,
  type SourceShape,
} from './inflate/model-shape.js'
export { type InflatedSize, inflatedSizes, presetShape } from './inflate/presets.js'
