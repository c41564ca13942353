/** What every command of `foretoken runs` is told. */
export interface RunsStoreOptions {
  /** Folder of the results. */
  readonly out: string
  /**
   * Prints JSON.
   * @defaultValue false
   */
  readonly json?: boolean
}

/** What the command line says to `foretoken runs compare`. */
export interface RunsCompareOptions extends RunsStoreOptions {
  /** A run, and the one that is compared with it; a single one is compared with its baseline. */
  readonly runs: readonly [one: string, other?: string]
  /** Name of the baseline that a single run is compared with. */
  readonly baseline: string
  /** The largest loss of the mean score that is still no loss. */
  readonly margin: number
  /**
   * Shows whole answers instead of their first lines.
   * @defaultValue false
   */
  readonly full?: boolean
}

/** What the command line says to `foretoken runs`. */
export type RunsOptions =
  | ({ readonly what: 'list' } & RunsStoreOptions)
  | ({ readonly what: 'show'; readonly run: string; readonly answers?: boolean } & RunsStoreOptions)
  | ({ readonly what: 'compare' } & RunsCompareOptions)
  /** Without a run all baselines are listed. */
  | ({ readonly what: 'baseline'; readonly run?: string; readonly name: string } & RunsStoreOptions)
  /** Without runs the last of every model, configuration and suite. */
  | ({ readonly what: 'readiness'; readonly runs: readonly string[] } & RunsStoreOptions)
  | ({ readonly what: 'reviews' } & RunsReviewsOptions)

/** What the command line says to `foretoken runs reviews`. */
export interface RunsReviewsOptions extends RunsStoreOptions {
  readonly run: string
  /** A file that the table is written to. Absent: stdout. */
  readonly export?: string
  /**
   * Leaves scores and reasons out of the table.
   * @defaultValue false
   */
  readonly blind?: boolean
  /** A table that people filled in, to be added to the run. */
  readonly import?: string
}
