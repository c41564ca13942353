import type { ModelOptions } from '../load-model.js'

/** What `foretoken corpus build` is asked to do. */
export interface CorpusOptions extends ModelOptions {
  /** The folder whose files are read. */
  readonly folder: string
  /** The memory file that is written; one of that name is replaced as a whole. */
  readonly out: string
  /**
   * Extensions of the files that are read, without their dot.
   * @defaultValue those of SQL, JSON, code and documents
   */
  readonly include?: readonly string[]
  /**
   * Largest file that is read, in bytes (1 to 1,073,741,824).
   * @defaultValue 1_048_576
   */
  readonly maxFileBytes?: number
  /**
   * Memory that the corpus may take, in bytes (2^20 to 2^34), about 25 a token. Files that find no room are left out.
   * @defaultValue 67_108_864
   */
  readonly maxBytes?: number
  /**
   * Prints one JSON object instead of the summary.
   * @defaultValue false
   */
  readonly json?: boolean
}
