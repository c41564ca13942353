export type { ChatMessage, ChatPromptOptions, ChatTool, ChatToolCall } from './chat-types.js'
export {
  type CompareOptions,
  type Comparison,
  compareWithPlain,
  type Run,
  type RunProgress,
} from './compare-with-plain.js'
export {
  type Embedder,
  type EmbedderFacts,
  isEmbedder,
  type LoadEmbedderOptions,
  loadEmbedder,
  type TextRank,
  type TextVector,
} from './embedder.js'
export type { EngineName } from './engine-choice.js'
export { type GenerateTextOptions, generateText, type TextPiece, type TextStep } from './generate-text.js'
export {
  type EngineEvent,
  type EngineHost,
  type EngineHostOptions,
  startEngineHost,
} from './host/engine-host.js'
export type { EngineDeath } from './host/engine-process.js'
export {
  type CreateEngine,
  type EngineLoading,
  type HostedEngine,
  type HostedTextOptions,
  type ServeEngineOptions,
  serveEngine,
} from './host/serve-engine.js'
export { jsonSchemaGrammar } from './json-schema-grammar.js'
export { loadModel } from './load-model.js'
export { loadTokenizer, type Tokenizer } from './load-tokenizer.js'
export { estimateMemory } from './memory-estimate.js'
export { type ModelDrafter, type ModelDrafterOptions, modelDrafter } from './model-drafter.js'
export type {
  EngineModel,
  EstimateMemoryOptions,
  LoadedModel,
  LoadModelOptions,
  MemoryEstimate,
  MetadataOverrides,
  ModelFacts,
  OpenTargetOptions,
  TextDecoderOptions,
  TextDecoderSession,
  TokenizeOptions,
} from './model-types.js'
export { type LlamaServer, type LlamaServerOptions, llamaServer, type ServerAddress } from './server/llama-server.js'
export type { ServerCommand } from './server/server-command.js'
export type { LlamaServerEvent } from './server/server-supervisor.js'
export {
  type Upstream,
  type UpstreamCallOptions,
  type UpstreamOptions,
  type UpstreamServer,
  upstream,
} from './server/upstream.js'
export type { UpstreamState } from './server/upstream-bases.js'
export type {
  CostMeasurement,
  EngineSession,
  EngineTarget,
  MeasureCostOptions,
  TargetCounters,
  WidthCost,
} from './target-types.js'
export type { Divergence, TieProof } from './tie-proof.js'
export { asTokenPredictor, type TokenPredictorOptions } from './token-predictor.js'
