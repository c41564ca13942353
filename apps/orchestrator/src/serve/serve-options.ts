/** What `foretoken serve` can be told. */
export interface ServeOptions {
  /**
   * Paths of GGUF files.
   * @defaultValue the models of the configuration
   */
  readonly models: readonly string[]
  /**
   * Path of a configuration.
   * @defaultValue `foretoken.yaml` in the working folder, where no model is named
   */
  readonly config?: string
  /**
   * Address to listen on.
   * @defaultValue '127.0.0.1'
   */
  readonly host?: string
  /**
   * Port (0 to 65535; 0 takes a free one).
   * @defaultValue 8080
   */
  readonly port?: number
  /**
   * Environment variable that holds the key which clients have to send.
   * @defaultValue the configuration's keys, or none
   */
  readonly apiKeyEnv?: string
  /**
   * Whether others than this machine may ask without a key.
   * @defaultValue false
   */
  readonly insecure?: boolean
  /**
   * Most tokens of one text, for the named models.
   * @defaultValue the trained length, at most 4096
   */
  readonly context?: number
  /**
   * Requests that one model writes at once (1 to 256).
   * @defaultValue 4
   */
  readonly slots?: number
  /**
   * CPU threads of one model.
   * @defaultValue the physical cores
   */
  readonly threads?: number
  /**
   * Path of a draft model, for one named model.
   * @defaultValue none
   */
  readonly draft?: string
  /**
   * Folder for what drafters remember.
   * @defaultValue nothing outlives the server
   */
  readonly memory?: string
  /**
   * Folder for what is remembered of requests.
   * @defaultValue nothing outlives the server
   */
  readonly state?: string
  /**
   * How long open answers may go on after the first signal, in seconds (0 to 3600).
   * @defaultValue 30
   */
  readonly drain?: number
  /**
   * Prints one JSON line when it listens, and the log as JSON Lines.
   * @defaultValue false
   */
  readonly json?: boolean
  /**
   * Whether colours are allowed.
   * @defaultValue true
   */
  readonly color?: boolean
}
