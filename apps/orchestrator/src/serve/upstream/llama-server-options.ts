import type { LaunchDraft, LaunchLookup, LaunchPlan } from '@foretoken/registry'

/** Options of {@link llamaServerEngine}: a model and how it is started, or a plan that says all of it. */
export interface LlamaServerEngineOptions {
  /** Path of a GGUF file. */
  readonly path: string
  /**
   * Path of `llama-server`.
   * @defaultValue 'llama-server', looked up in PATH
   */
  readonly program?: string
  /**
   * What is started instead of what the options below come to; `program` and its arguments are the plan's.
   * @defaultValue planned from these options and the machine
   */
  readonly plan?: Pick<LaunchPlan, 'command' | 'environment'>
  /**
   * Most tokens of one text (16 or more).
   * @defaultValue what it was trained for, at most 4096
   */
  readonly contextTokens?: number
  /**
   * Requests that are written at once (1 to 256).
   * @defaultValue 4
   */
  readonly slots?: number
  /**
   * Threads that decode (1 to 4096).
   * @defaultValue the machine's cores
   */
  readonly threads?: number
  /**
   * Experts that a token passes (1 or more); another number needs another start.
   * @defaultValue what the file says
   */
  readonly experts?: number
  /** Path of the multimodal projector. */
  readonly projectorPath?: string
  /** Addresses (`host:port`) of `ggml-rpc-server` processes that take part of the weights. */
  readonly rpcServers?: readonly string[]
  /** What drafts with weights of its own. */
  readonly draft?: LaunchDraft
  /** Drafts from the text itself. */
  readonly lookup?: LaunchLookup
  /**
   * What the model is for: `--embedding` and `--reranking` serve nothing else.
   * @defaultValue 'text'
   */
  readonly serves?: 'text' | 'vectors' | 'ranks'
  /**
   * More arguments for llama-server, behind the others.
   * @defaultValue []
   */
  readonly args?: readonly string[]
  /**
   * Memory that it is counted with, in bytes (0 or more).
   * @defaultValue as `estimateModelMemory` of `@foretoken/registry` foretells it
   */
  readonly memoryBytes?: number
  /**
   * Time to load the model, in milliseconds (1 to 2^31 − 1).
   * @defaultValue 600000
   */
  readonly startTimeoutMs?: number
}
