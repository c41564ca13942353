import type { Citation, Configuration } from './measurement.js'

/** Which configuration a role had from a day on. */
export interface Assignment extends Partial<Configuration> {
  /** Role whose server answers for this one. */
  readonly sharesServerOf?: string
  readonly source: Citation
  readonly date: string
}

/** What a server is there for. */
export interface Role {
  readonly id: string
  readonly tier: string
  readonly purpose: string
  readonly aliases?: readonly string[]
  readonly port?: number
  /** Last of several ports, one server each. */
  readonly lastPort?: number
  readonly pool?: 'hot' | 'warm'
  /** The newest first: an older one is superseded. */
  readonly assignments: readonly Assignment[]
}

/** A floor of the hierarchy of roles. */
export interface Tier {
  readonly id: string
  readonly name: string
  /** Role that is asked where none is named. */
  readonly defaultRole: string
  readonly preference: 'latency' | 'quality' | 'speed'
  readonly source: Citation
}

/** A model in memory. */
export interface PoolMember {
  readonly model: string
  readonly quantisation?: string
  readonly bytes: number
  readonly source: Citation
}

/** Models that stay in memory, and models that are loaded when they are asked. */
export interface Pools {
  readonly hot: readonly PoolMember[]
  readonly warm: readonly PoolMember[]
}

/** Who is asked when a role does not suffice. */
export interface Escalation {
  readonly id: string
  readonly roles: readonly string[]
  readonly source: Citation
}

/** How long a file took to load. */
export interface LoadTime {
  readonly bytes: number
  readonly quantisation: string
  readonly seconds: number
  /** Before tensors were repacked in parallel. */
  readonly secondsBefore?: number
  readonly source: Citation
  readonly date: string
}

/** What a source recommends for a task. */
export interface PublishedRecommendation extends Configuration {
  readonly task: string
  readonly qualityRate: number
  readonly tokensPerSecond: number
  /** Suites that say how good a model is at the task. */
  readonly suites: readonly string[]
  readonly source: Citation
  readonly date: string
}
