import type { Target, TargetSession, TargetSessionOptions, Tokens } from '@foretoken/contract'

/** A target with what its engine can do besides. */
export interface EngineTarget extends Target {
  /** How many sessions can be open at once. */
  readonly sequences: number
  open(prompt: Tokens, options?: TargetSessionOptions): Promise<EngineSession>
  /**
   * Opens a session from what {@link EngineSession.save} wrote. Throws `ERR_MEMORY_FORMAT` for a damaged file and for one
   * of another model or another kind of context, and `ERR_OPTION_INVALID` on an engine that cannot restore.
   */
  restore(path: string, options?: TargetSessionOptions): Promise<EngineSession>
  /** What was done since the target was opened; `undefined` on an engine that does not count. */
  counters(): TargetCounters | undefined
  /** Measures what a batch takes by its width, in a session of its own; a place must be free. */
  measureCost(options?: MeasureCostOptions): Promise<CostMeasurement>
}

/** A session with what its engine can do besides. */
export interface EngineSession extends TargetSession {
  /** Tokens of the prompt that were not evaluated because an earlier session had evaluated them. */
  readonly reusedTokens: number
  /**
   * Writes the state to a file, all at once or not at all; it stays usable. `ERR_OPTION_INVALID` on an engine that cannot
   * save.
   */
  save(path: string): Promise<void>
}

/** Work of a target, of all its sessions together. */
export interface TargetCounters {
  /** Batches that were decoded. */
  readonly decodes: number
  /** Tokens in them. */
  readonly evaluatedTokens: number
  /** Prompt tokens that an earlier session had evaluated. */
  readonly reusedTokens: number
  /** Copies of a recurrent state that were taken before drafts. */
  readonly checkpoints: number
  readonly checkpointBytes: number
  /** Accepted tokens that were evaluated again after a draft was rejected. */
  readonly replayedTokens: number
  readonly decodeMs: number
  readonly samplingMs: number
  readonly rollbackMs: number
}

/** Options of {@link EngineTarget.measureCost}. */
export interface MeasureCostOptions {
  /**
   * Widths to measure, ascending (1 to 1,024); those that do not fit into a batch or the context are left out.
   * @defaultValue 1, 2, 3, 4, 5, 6, 8, 9, 12, 16, 17, 24, 32, 33
   */
  readonly widths?: readonly number[]
  /**
   * Tokens before the batch: attention takes longer the more there are (1 or more; cut to what fits).
   * @defaultValue 128
   */
  readonly depth?: number
  /**
   * About how long it may take, in milliseconds (1 or more). Widths for which there was no time are left out.
   * @defaultValue 2,000
   */
  readonly budgetMs?: number
  readonly signal?: AbortSignal
}

/** Seconds of one width. */
export interface WidthCost {
  readonly width: number
  readonly seconds: number
}

/** What batches take; not smoothed, since real curves are jagged. As `costCurve` of `@foretoken/adaptive-k` takes it. */
export interface CostMeasurement {
  readonly points: readonly WidthCost[]
  /**
   * For targets that go back to a checkpoint: seconds to restore it and to evaluate `width` accepted tokens again.
   * Absent where rejected tokens are trimmed.
   */
  readonly replay?: readonly WidthCost[]
}
