import type { ModelFacts } from '../facts/model-facts.js'
import { type BreakEven, breakEven } from './break-even.js'
import { explainVocabularies, type PairReason, type TokenDifference } from './explain-vocabularies.js'
import { pairNotes } from './pair-notes.js'

/** Whether a draft model can draft for a target, why not, and what to expect. */
export interface PairVerdict {
  /** Whether llama.cpp lets the one draft for the other. */
  readonly compatible: boolean
  /** Every reason why not, each with its cure; empty where it is compatible. */
  readonly reasons: readonly PairReason[]
  /** Where the texts of their tokens first differ. */
  readonly firstDifference?: TokenDifference
  /** Whether both cut texts alike: one tokenizer, down to merges and special ids. */
  readonly sameTokenizer: boolean
  /** Bytes that the draft reads for a token, as a share of the target's. */
  readonly costRate: number
  /** What drafts of 1, 2, 4, 8 and 16 tokens must bring. */
  readonly breakEven: readonly BreakEven[]
  /** What speaks for and against the pair beside the rules. */
  readonly notes: readonly string[]
}

const lengths: readonly number[] = [1, 2, 4, 8, 16]

/**
 * Explains whether `draft` can draft for `target`, by llama.cpp's own rules, all of which are checked, and what it would
 * cost. Linear in the smaller vocabulary.
 */
export function explainPair(target: ModelFacts, draft: ModelFacts): PairVerdict {
  const kinds = [kindReason('target', target), kindReason('draft', draft)].filter((reason) => reason !== undefined)
  const vocabularies =
    target.vocabulary && draft.vocabulary
      ? explainVocabularies({ target: target.vocabulary, draft: draft.vocabulary })
      : { reasons: [] }
  const { firstDifference } = vocabularies
  const reasons = [...kinds, ...vocabularies.reasons]
  const sameTokenizer =
    target.vocabulary !== undefined && target.vocabulary.fingerprint === draft.vocabulary?.fingerprint
  const costs = target.bytesPerToken > 0 && draft.bytesPerToken > 0
  const verdict = {
    compatible: reasons.length === 0,
    reasons,
    ...(firstDifference && { firstDifference }),
    sameTokenizer,
    costRate: costs ? draft.bytesPerToken / target.bytesPerToken : 0,
    breakEven: costs ? breakEven(target, draft, lengths) : [],
  }
  return { ...verdict, notes: pairNotes({ target, draft, verdict }) }
}

/** What a file is that holds no model of text. */
export const nounsByKind: Readonly<Record<Exclude<ModelFacts['kind'], 'model'>, string>> = {
  vocabulary: 'a vocabulary without weights',
  'draft-head': 'a draft head',
  projector: 'a projector for pictures',
  adapter: 'an adapter',
  embedder: 'a model of embeddings',
  other: 'no model that continues a text',
}

function kindReason(side: 'target' | 'draft', facts: ModelFacts): PairReason | undefined {
  const [head] = facts.draftHeads
  const cure =
    facts.kind === 'draft-head' && side === 'draft' && head !== undefined
      ? `draft heads run inside llama-server: start it with --spec-type draft-${head.kind} and this file as --model-draft, for the model that it was made for`
      : 'name the GGUF file of a text model'
  if (facts.kind !== 'model') {
    return { rule: 'kind', message: `the ${side} (${facts.architecture}) is ${nounsByKind[facts.kind]}`, cure }
  }
  if (facts.vocabulary === undefined || facts.vocabulary.type === 'none') {
    return { rule: 'kind', message: `the ${side} has no vocabulary that llama.cpp knows`, cure }
  }
  return undefined
}
