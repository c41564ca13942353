export { type GenerateTextOptions, generateText, type TextPiece, type TextStep } from './generate-text.js'
export type {
  ChatMessage,
  EstimateMemoryOptions,
  LoadedModel,
  LoadModelOptions,
  MemoryEstimate,
  MetadataOverrides,
  ModelFacts,
  OpenTargetOptions,
  TextDecoderSession,
  TokenizeOptions,
} from './model-types.js'
