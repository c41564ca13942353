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
