import type { AnswerCheck } from '../routing/answer-check.js'
import type {
  EnginesConfig,
  FrontDoorConfig,
  KeyConfig,
  LimitsConfig,
  ModelConfig,
  PoolConfig,
  RoleConfig,
  ServeConfig,
  StateConfig,
} from './serve-config.js'

/** `foretoken.yaml` as it was read, its units told in bytes and milliseconds, its paths as they stand there. */
export interface FileConfig
  extends Pick<ServeConfig, 'host' | 'port' | 'hostNames' | 'cors' | 'registry' | 'frontDoor' | 'memory'> {
  readonly formatVersion: 1
  readonly models?: readonly FileModel[]
  readonly roles?: readonly FileRole[]
  readonly frontDoor?: FrontDoorConfig
  readonly pool?: Pick<PoolConfig, 'mostLoaded'> & { readonly memory?: number; readonly patience?: number }
  readonly engines?: EnginesConfig
  readonly keys?: readonly KeyConfig[]
  readonly limits?: Pick<LimitsConfig, 'queue' | 'answerTokens' | 'connections'> & {
    readonly body?: number
    readonly request?: number
  }
  readonly state?: Omit<StateConfig, 'traceBytes'> & { readonly traces?: number }
}

/** One model as the file tells it. */
export interface FileModel extends Omit<ModelConfig, 'engine' | 'ttlMs'> {
  readonly engine?: ModelConfig['engine']
  readonly ttl?: number
}

/** One role as the file tells it. */
export interface FileRole extends Omit<RoleConfig, 'escalate'> {
  readonly escalate?: { readonly to: string; readonly check: readonly AnswerCheck[]; readonly hold?: boolean }
}
