export { type FirstOfOptions, firstOf } from './first-of.js'
export { speculate } from './speculate.js'
export type { SpeculateOptions } from './speculate-options.js'
export { addStep, type DrafterSummary, emptySummary, type Summary, summarize } from './summary.js'
