/** What the command line says to `foretoken registry`. */
export interface RegistryOptions {
  readonly what: 'validate' | 'show' | 'contradictions'
  /** The file to check, or the role or model to show; nothing for an overview. */
  readonly name?: string
  /**
   * Path of a registry.
   * @defaultValue the one that comes with Foretoken
   */
  readonly registry?: string
  /**
   * Prints one JSON object instead of the text.
   * @defaultValue false
   */
  readonly json?: boolean
}

/** What the command line says to `foretoken recommend`. */
export interface RecommendCommandOptions extends Pick<RegistryOptions, 'registry' | 'json'> {
  /** Absent: what the registry's sources recommend is checked. */
  readonly task?: string
  /**
   * Least share of the points, in percent.
   * @defaultValue 80
   */
  readonly quality?: number
  /**
   * Most memory, in gigabytes.
   * @defaultValue that of the measured machine
   */
  readonly memory?: number
  /**
   * Shows what does not fit, too.
   * @defaultValue false
   */
  readonly rejected?: boolean
}
