export { type SuffixDrafter, type SuffixDrafterOptions, type SuffixStats, suffixDrafter } from './suffix-drafter.js'
