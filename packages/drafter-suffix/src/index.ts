export type { CorpusProgress, ImportCorpusOptions } from './import-corpus.js'
export {
  type SaveOptions,
  type SuffixDrafter,
  type SuffixDrafterOptions,
  type SuffixStats,
  suffixDrafter,
} from './suffix-drafter.js'
