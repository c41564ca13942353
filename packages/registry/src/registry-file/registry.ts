import type { Citation, Measurement } from './measurement.js'
import type {
  Constraint,
  Deprecation,
  ExpertKey,
  ModelSelector,
  PairResult,
  Quirk,
  RegistryModel,
} from './registry-models.js'
import type { Escalation, LoadTime, Pools, PublishedRecommendation, Role, Tier } from './registry-roles.js'

/** A document that statements are taken from. */
export interface SourceDocument {
  readonly id: string
  readonly title: string
  readonly date: string
}

/** A machine that was measured. */
export interface MeasuredHardware {
  readonly id: string
  readonly name: string
  readonly cores: number
  readonly threads: number
  readonly memoryBytes: number
  readonly bandwidthBytesPerSecond: number
  readonly bandwidthSource: Citation
  readonly numaNodes?: number
  readonly sources: readonly Citation[]
}

/** A way of measuring. */
export interface Method {
  readonly id: string
  readonly description: string
  /** Whether something was measured; `false` where a summary tells again what is told elsewhere. */
  readonly independent: boolean
  readonly source: Citation
}

/** A folder that models lie in. */
export interface ModelRoot {
  readonly path: string
  readonly purpose: string
  readonly source: Citation
}

/** A set of questions. */
export interface Suite {
  readonly id: string
  readonly purpose: string
  readonly questions: number
  readonly scoring: 'judged' | 'partly automatic' | 'automatic'
  readonly source: Citation
}

/** A statement that another statement, or a measurement, may contradict. */
export interface Claim extends ModelSelector {
  /** What is said something about: `works`, `cause`, `status`, `effect`, `default-experts` … */
  readonly attribute: string
  /** The method or the setting that it is about. */
  readonly method?: string
  readonly value: string
  /** The words of the source. */
  readonly text: string
  readonly source: Citation
  readonly date: string
}

/** One line that replaces another. Both stay. */
export interface Supersession {
  readonly newer: Citation
  readonly older: Citation
  readonly reason: string
  readonly source: Citation
}

/** A line of a source that is neither figure of a configuration nor any of the above, word for word. */
export interface SourceRecord {
  readonly source: Citation
  readonly date: string
  readonly topic: string
  readonly text?: string
  readonly cells?: Readonly<Record<string, string>>
}

/** A registry: which models there are, what they are for, and all that was measured. */
export interface Registry {
  readonly formatVersion: 1
  readonly name: string
  readonly description: string
  readonly sources: readonly SourceDocument[]
  readonly hardware: readonly MeasuredHardware[]
  readonly methods: readonly Method[]
  readonly roots: readonly ModelRoot[]
  readonly models: readonly RegistryModel[]
  readonly expertKeys: readonly ExpertKey[]
  readonly tiers: readonly Tier[]
  readonly roles: readonly Role[]
  readonly pools: Pools
  readonly escalations: readonly Escalation[]
  readonly loadTimes: readonly LoadTime[]
  readonly constraints: readonly Constraint[]
  readonly quirks: readonly Quirk[]
  readonly deprecations: readonly Deprecation[]
  readonly pairs: readonly PairResult[]
  readonly suites: readonly Suite[]
  readonly recommendations: readonly PublishedRecommendation[]
  readonly claims: readonly Claim[]
  readonly supersessions: readonly Supersession[]
  readonly measurements: readonly Measurement[]
  readonly records: readonly SourceRecord[]
}
