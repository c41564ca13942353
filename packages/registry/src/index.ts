export type { VocabularyFacts, VocabularyType } from './facts/vocabulary-facts.js'
export {
  explainPair,
  type Pair,
  type PairReason,
  type PairRule,
  type PairVerdict,
  type TokenDifference,
} from './pair/explain-pair.js'
