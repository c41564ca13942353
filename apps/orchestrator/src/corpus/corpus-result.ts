import type { CorpusTally } from './corpus-tally.js'

/** The object that `foretoken corpus build … --json` prints. */
export interface CorpusResult extends CorpusTally {
  readonly folder: string
  /** Path of the memory file. */
  readonly out: string
  /** Its size in bytes. */
  readonly fileBytes: number
  /** Path of the model whose tokens these are. */
  readonly model: string
  /** Models with this tokenizer can use it. */
  readonly tokenizerFingerprint: string
}
