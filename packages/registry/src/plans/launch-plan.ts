/** Who runs the model. */
export type LaunchEngine = 'embedded' | 'llama-server'

/** How a model is started. */
export interface LaunchPlan {
  readonly engine: LaunchEngine
  /** The program and its arguments, a wrapper such as `numactl` in front. */
  readonly command: readonly string[]
  /** Environment variables to set; none more than it takes. */
  readonly environment: Readonly<Record<string, string>>
  /** A sentence for every choice, whether it adds an argument or leaves one out. */
  readonly choices: readonly LaunchChoice[]
  /** Why this engine cannot run the model; empty where it can. */
  readonly refusals: readonly string[]
}

/** One choice and its reason. */
export interface LaunchChoice {
  /** What it is about, e.g. `threads`. */
  readonly about: LaunchMatter
  /** Arguments that it adds behind the program's name; empty where something was left out on purpose. */
  readonly args: readonly string[]
  /** Arguments that it puts in front of the program's name. */
  readonly wrapper?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  readonly because: string
}

/** What is chosen. */
export type LaunchMatter =
  | 'model'
  | 'names'
  | 'address'
  | 'threads'
  | 'memory nodes'
  | 'huge pages'
  | 'OpenMP'
  | 'context'
  | 'sequences'
  | 'flash attention'
  | 'metadata'
  | 'vision'
  | 'embeddings'
  | 'drafting'
  | 'draft model'
  | 'lookup'
  | 'other machines'

/** What the machine's program is like. */
export interface LaunchOptions {
  /**
   * Who runs the model.
   * @defaultValue 'embedded'; 'llama-server' for what the embedded engine cannot do, and where `program` is given
   */
  readonly engine?: LaunchEngine
  /**
   * The `llama-server` that is started; the embedded engine is started by `foretoken`.
   * @defaultValue 'llama-server'
   */
  readonly program?: string
  /**
   * Whether `llama-server` is linked with OpenMP, and what its variables brought when they were measured; the embedded
   * engine is not.
   * @defaultValue unknown
   */
  readonly openMp?: OpenMpFacts
  /**
   * Addresses (`host:port`) of `ggml-rpc-server` processes that take part of the weights.
   * @defaultValue none
   */
  readonly rpcServers?: readonly string[]
}

/** What is known about OpenMP in a program. */
export interface OpenMpFacts {
  readonly isLinked: boolean
  /** `OMP_NUM_THREADS` that was measured. */
  readonly threads?: number
  /** Speed with that variable against the speed without any. */
  readonly speedup?: number
}
