export type { VocabularyFacts, VocabularyType } from './facts/vocabulary-facts.js'
export { type CopyBandwidthOptions, copyBandwidth } from './machine/copy-bandwidth.js'
export { type InspectMachineOptions, inspectMachine } from './machine/inspect-machine.js'
export type { HugePages, MachineFacts, MachineLimits, MachineMemory, NumaNode } from './machine/machine-facts.js'
export { type MachineSource, thisMachine } from './machine/machine-source.js'
export {
  explainPair,
  type Pair,
  type PairReason,
  type PairRule,
  type PairVerdict,
  type TokenDifference,
} from './pair/explain-pair.js'
