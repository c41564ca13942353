import type { CorpusTally } from './corpus-tally.js'

/** The object that `foretoken corpus build … --json` prints. */
export interface CorpusResult extends CorpusTally {
  readonly folder: string
  /** Path of the memory file. */
  readonly out: string
  /** Its size in bytes; 0 where none was written. */
  readonly fileBytes: number
  /** Path of the model whose tokens these are. */
  readonly model: string
  /** Models with this tokenizer can use it. */
  readonly tokenizerFingerprint: string
  /** Whether every file was read; else nothing was written. */
  readonly complete: boolean
}
