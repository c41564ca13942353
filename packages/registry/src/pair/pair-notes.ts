import type { ModelFacts } from '../facts/model-facts.js'
import type { PairVerdict } from './explain-pair.js'

interface NotedPair {
  readonly target: ModelFacts
  readonly draft: ModelFacts
  readonly verdict: Omit<PairVerdict, 'notes'>
}

/** Says in sentences what the rules do not cover. */
export function pairNotes(pair: NotedPair): readonly string[] {
  if (!pair.verdict.compatible) return []
  return [tokenizerNote(pair), costNote(pair), quantizationNote(pair), expertsNote(pair), contextNote(pair)].filter(
    (note) => note !== undefined,
  )
}

function tokenizerNote({ verdict }: NotedPair): string | undefined {
  if (verdict.sameTokenizer) return undefined
  return (
    'merges, kinds of tokens or special ids differ: llama.cpp takes the pair, foretoken run --draft asks for one ' +
    'tokenizer and does not'
  )
}

function costNote({ verdict: { costRate } }: NotedPair): string | undefined {
  if (costRate >= 1) return 'the draft reads as much as the target for a token, or more: it cannot make it faster'
  if (costRate <= 0.25) return undefined
  return `the draft costs ${Math.round(100 * costRate)} % of the target for a token; smaller ones usually pay more`
}

function quantizationNote({ draft: { quantization } }: NotedPair): string | undefined {
  const { name, bitsPerWeight } = quantization
  if (bitsPerWeight >= 15) return `the draft is ${name}: a Q8_0 copy guesses nearly alike at half the cost`
  // What a draft loses here is acceptance, never the text.
  if (bitsPerWeight < 4) return `the draft has ${bitsPerWeight.toFixed(1)} bits a weight: below 4 it guesses worse`
  return undefined
}

function expertsNote({ target: { experts } }: NotedPair): string | undefined {
  if (experts === undefined || experts.used * 4 > experts.count) return undefined
  return `the target uses ${experts.used} of ${experts.count} experts: checking several tokens reads more of them than one`
}

function contextNote({ target, draft }: NotedPair): string | undefined {
  if (draft.contextTokens === 0 || draft.contextTokens >= Math.min(target.contextTokens, 8192)) return undefined
  return `the draft was trained for ${draft.contextTokens} tokens, the target for ${target.contextTokens}: beyond that it guesses worse`
}
