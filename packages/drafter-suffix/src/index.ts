export type { SourceStats, SourceStatsByKind } from './source-counts.js'
export { type SuffixDrafter, type SuffixDrafterOptions, type SuffixStats, suffixDrafter } from './suffix-drafter.js'
