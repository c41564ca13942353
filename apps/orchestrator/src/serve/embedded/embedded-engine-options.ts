import type { WorkerConfig } from './worker-protocol.js'

/** Options of {@link embeddedEngine}. */
export interface EmbeddedEngineOptions {
  /** Path of a GGUF file. */
  readonly path: string
  /**
   * How it is loaded.
   * @defaultValue as `loadModel` does
   */
  readonly load?: WorkerConfig['load']
  /**
   * Requests that are written at once (1 to 256); each takes a context's memory.
   * @defaultValue 4
   */
  readonly slots?: number
  /**
   * Path of a smaller model with the same tokenizer, which drafts.
   * @defaultValue none
   */
  readonly draft?: string
  /**
   * Temperature of the draft model (0 to 100).
   * @defaultValue the request's
   */
  readonly draftTemperature?: number
  /**
   * A file that holds what drafters remember; written every 30 seconds and at the end. Not shared by two engines.
   * @defaultValue nothing outlives the process
   */
  readonly memory?: string
  /**
   * Loads a text model a second time, with node-llama-cpp, for vectors. It was not trained for them: a text's vector is the
   * state of its last token, which says little of the meaning. A model that was made for vectors, as its file says, makes
   * them in any case, and no text.
   * @defaultValue false
   */
  readonly embeddings?: boolean
  /**
   * The module that the process runs.
   * @defaultValue the one beside this program
   */
  readonly worker?: URL
}
