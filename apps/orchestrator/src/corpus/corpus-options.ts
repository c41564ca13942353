/** What `foretoken corpus build` is asked to do. */
export interface CorpusOptions {
  /** The folder whose files are read. */
  readonly folder: string
  /** Path of a GGUF file, whose tokenizer splits the texts. */
  readonly model: string
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
   * Most files and folders that are looked at (1 to 10,000,000); a folder with more is refused.
   * @defaultValue 100_000
   */
  readonly maxFiles?: number
  /**
   * Memory that the corpus may take, in bytes (2^20 to 2^31), about 25 a token. Files that find no room are left out.
   * @defaultValue 50_331_648, which leaves room for texts in the 64 MiB of `foretoken run`
   */
  readonly maxBytes?: number
  /**
   * Prints one JSON object instead of the summary.
   * @defaultValue false
   */
  readonly json?: boolean
}
