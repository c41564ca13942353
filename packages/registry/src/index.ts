export type { Contradiction, ContradictionRule, ContradictionSide } from './contradictions/contradiction.js'
export { contradictions } from './contradictions/contradictions.js'
export {
  type ExportConfigurationOptions,
  exportConfiguration,
  exportTargets,
} from './exports/export-configuration.js'
export type { Exported, ExportedFile, ExportTarget } from './exports/exported.js'
export type { LlamaSwapOptions } from './exports/llama-swap.js'
export type { RpcWorker } from './exports/rpc-cluster.js'
export { type InspectOptions, inspect } from './facts/inspect.js'
export type {
  DraftHead,
  ExpertFacts,
  ModelFacts,
  ModelKind,
  QuantizationFacts,
  ToolCallFormat,
} from './facts/model-facts.js'
export type { VocabularyFacts, VocabularyType } from './facts/vocabulary-facts.js'
export type { GgufLocation } from './gguf/gguf-source.js'
export { type CopyBandwidthOptions, copyBandwidth } from './machine/copy-bandwidth.js'
export { type InspectMachineOptions, inspectMachine } from './machine/inspect-machine.js'
export { linksOpenMp } from './machine/links-open-mp.js'
export type { HugePages, MachineFacts, MachineLimits, MachineMemory, NumaNode } from './machine/machine-facts.js'
export { type MachineSource, thisMachine } from './machine/machine-source.js'
export { type Acceleration, accelerationOf, configurationText } from './measurements/configurations.js'
export { modelOf, quantisationOf, roleOf, selects } from './measurements/find-in-registry.js'
export { type Implausibility, implausibilities } from './measurements/implausible.js'
export { type Quality, qualityOf } from './measurements/quality.js'
export { type Replacement, replacements } from './measurements/superseded.js'
export {
  type CacheType,
  estimateModelMemory,
  type ModelMemory,
  type ModelMemoryOptions,
} from './memory/estimate-model-memory.js'
export type { AttentionLayers, MemoryShape } from './memory/memory-shape.js'
export type { BreakEven } from './pair/break-even.js'
export { explainPair, type PairVerdict } from './pair/explain-pair.js'
export type { PairReason, PairRule, TokenDifference } from './pair/explain-vocabularies.js'
export { type FindDraftsOptions, type FoundDraft, type FoundDrafts, findDrafts } from './pair/find-drafts.js'
export type { LaunchDraft, LaunchLookup, LaunchModel, LaunchOverride } from './plans/launch-model.js'
export type {
  LaunchChoice,
  LaunchEngine,
  LaunchMatter,
  LaunchOptions,
  LaunchPlan,
  OpenMpFacts,
} from './plans/launch-plan.js'
export type {
  MemoryPlace,
  MemoryPlan,
  MemoryPools,
  PlanMemoryOptions,
  PlannedModel,
  PoolModel,
} from './plans/memory-pools.js'
export { planLaunch } from './plans/plan-launch.js'
export { planMemory } from './plans/plan-memory.js'
export { type RegistryPools, registryPools } from './plans/registry-pools.js'
export { planRole, type RoleLaunch, type RoleLaunchOptions, roleLaunch } from './plans/role-launch.js'
export { shellWords } from './plans/shell-words.js'
export type { Answer } from './questions/answer.js'
export { bestDraftTokens, type DraftChoice, draftsFor, whyNot } from './questions/ask-drafts.js'
export {
  cautions,
  type ExpertOverride,
  expertOverride,
  type Residence,
  residenceOf,
  supersededFigures,
} from './questions/ask-models.js'
export { defaultRole, earlierAssignments, escalationAfter, type RoleServer, serverOf } from './questions/ask-roles.js'
export {
  type Recommendation,
  type RecommendedConfiguration,
  type RecommendOptions,
  type RejectedConfiguration,
  recommend,
  recommendableTasks,
} from './recommend/recommend.js'
export { type ReviewedRecommendation, reviewRecommendations } from './recommend/review-recommendations.js'
export type { Refusal } from './refusals/refusal.js'
export { parseRefusals, refusalOf, refusals } from './refusals/refusals.js'
export { refusalsJsonSchema } from './refusals/refusals-schema.js'
export { type FormatRegistryOptions, formatRegistry } from './registry-file/format-registry.js'
export { registryJsonSchema } from './registry-file/json-schema.js'
export {
  type Citation,
  type Configuration,
  type Figure,
  type FigureName,
  type Figures,
  figureValue,
  type Measurement,
  type Score,
} from './registry-file/measurement.js'
export { checkRegistry, parseRegistry, type RegistryCheck } from './registry-file/parse-registry.js'
export { readRegistryText } from './registry-file/read-registry.js'
export type {
  Claim,
  MeasuredHardware,
  Method,
  ModelRoot,
  Registry,
  SourceDocument,
  SourceRecord,
  Suite,
  Supersession,
} from './registry-file/registry.js'
export type {
  Constraint,
  Deprecation,
  ExpertKey,
  ModelSelector,
  ModelTrait,
  PairResult,
  Quantisation,
  Quirk,
  RegistryModel,
} from './registry-file/registry-models.js'
export type {
  Assignment,
  Escalation,
  LoadTime,
  PoolMember,
  Pools,
  PublishedRecommendation,
  Role,
  Tier,
} from './registry-file/registry-roles.js'
export { readYaml, type TextIssue, type YamlText } from './registry-file/yaml-text.js'
export { refusalsFile, shippedRegistry } from './shipped-files.js'
