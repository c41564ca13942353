import type { AnswerCheck } from '../routing/answer-check.js'

/** What `foretoken serve` is told, by `foretoken.yaml` or by the command line. Paths are as seen from the working folder. */
export interface ServeConfig {
  readonly host?: string
  readonly port?: number
  readonly models: readonly ModelConfig[]
  readonly roles: readonly RoleConfig[]
  readonly frontDoor?: FrontDoorConfig
  /** A registry whose roles, tiers, escalations and pools are taken, too. */
  readonly registry?: string
  readonly pool: PoolConfig
  readonly engines: EnginesConfig
  readonly keys: readonly KeyConfig[]
  readonly limits: LimitsConfig
  readonly state?: StateConfig
  /** Folder for what drafters remember, one file for each model. */
  readonly memory?: string
  /** Origins whose pages may ask. */
  readonly cors?: readonly string[]
  /** Names that requests may be addressed to besides loopback's. */
  readonly hostNames?: readonly string[]
}

/** Who runs a model. */
export type EngineKind = 'embedded' | 'llama-server' | 'remote'

/** One model. */
export interface ModelConfig {
  readonly name: string
  readonly engine: EngineKind
  /** Path of a GGUF file; absent for a remote model only. */
  readonly path?: string
  /** Path of a draft model. */
  readonly draft?: string
  /** Most tokens of one text. */
  readonly context?: number
  /** Requests that are written at once. */
  readonly slots?: number
  readonly threads?: number
  /** Experts that a token passes. */
  readonly experts?: number
  /** Tokens that a recurrent model can go back without a checkpoint: so many states of each slot are kept. Embedded only. */
  readonly snapshots?: number
  /** Whether a text model is loaded a second time, to make vectors: embedded only. */
  readonly embeddings?: boolean
  /** Path of a projector: `llama-server` only. */
  readonly mmproj?: string
  /** Machines that hold part of the weights, as `host:port`: `llama-server` only. */
  readonly rpc?: readonly string[]
  /**
   * What a `llama-server` or a remote model is for.
   * @defaultValue 'text', or 'vectors' for a file that makes nothing else
   */
  readonly serves?: 'text' | 'vectors' | 'ranks'
  /** What the servers of a remote model understand. */
  readonly dialect?: 'compatible' | 'openai' | 'vllm' | 'llama.cpp'
  /** Whether a remote model takes images. */
  readonly images?: boolean
  /** Servers that answer for a remote model. */
  readonly upstreams?: readonly UpstreamConfig[]
  /** Loaded at the start and kept. */
  readonly pin?: boolean
  /** Milliseconds without a request after which it is unloaded. */
  readonly ttlMs?: number
  /** The lower, the earlier it is given up for another one. */
  readonly priority?: number
}

/** An OpenAI-compatible server elsewhere. */
export interface UpstreamConfig {
  readonly url: string
  /** What the model is called there. */
  readonly model?: string
  /** Environment variable that holds the key. */
  readonly keyEnvironment?: string
}

/** What models are for. */
export interface RoleConfig {
  readonly name: string
  /** Floor of the hierarchy; the front door chooses among roles of all of them. */
  readonly tier?: string
  readonly purpose: string
  /** The best first. */
  readonly models: readonly string[]
  readonly escalate?: { readonly to: string; readonly checks: readonly AnswerCheck[]; readonly hold: boolean }
}

/** The model that reads what a request is about, for the name `auto`. */
export interface FrontDoorConfig {
  readonly model: string
  /**
   * Roles that it chooses among.
   * @defaultValue all of them
   */
  readonly roles?: readonly string[]
  /**
   * Role that answers where it cannot tell.
   * @defaultValue the first one
   */
  readonly fallback?: string
}

/** How models share the memory. */
export interface PoolConfig {
  /**
   * Bytes that all loaded models may take.
   * @defaultValue the machine's memory less a twentieth, at least 1 GiB
   */
  readonly memoryBytes?: number
  /**
   * Most models that are loaded at once.
   * @defaultValue no limit
   */
  readonly mostLoaded?: number
  /**
   * Milliseconds that a request waits for room before busy models give way.
   * @defaultValue 10000
   */
  readonly patienceMs?: number
}

/** Programs that run models. */
export interface EnginesConfig {
  /**
   * Path of `llama-server`.
   * @defaultValue the one on the path
   */
  readonly llamaServer?: string
  /** Arguments that every `llama-server` is started with, too. */
  readonly llamaServerArguments?: readonly string[]
}

/** Who may ask. */
export interface KeyConfig {
  readonly name: string
  /** Environment variable that holds the key; this or `sha256`. */
  readonly environment?: string
  /** SHA-256 of the key, in hexadecimal. */
  readonly sha256?: string
  /** Its requests are served before those of a lower one (−10 to 10). */
  readonly priority?: number
  /** Sees the requests of every key. */
  readonly admin?: boolean
}

/** What clients may cost. */
export interface LimitsConfig {
  /** Most requests that wait. */
  readonly queue?: number
  readonly bodyBytes?: number
  readonly requestMs?: number
  readonly answerTokens?: number
  readonly connections?: number
}

/** What is kept of requests. */
export interface StateConfig {
  readonly folder: string
  /** Whether the texts of answers are kept. */
  readonly keepTexts?: boolean
  /** Most requests. */
  readonly requests?: number
  /** Most bytes of step traces and texts. */
  readonly traceBytes?: number
  readonly days?: number
  /** Most steps of one request. */
  readonly traceSteps?: number
}
