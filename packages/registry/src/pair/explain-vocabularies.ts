import type { VocabularyFacts } from '../facts/vocabulary-facts.js'

/** The vocabularies of a target and of a draft model. */
interface Pair {
  readonly target: VocabularyFacts
  readonly draft: VocabularyFacts
}

/** Which rule a pair breaks: one of llama.cpp's on vocabularies, or `kind` where one of the two is no model of text. */
export type PairRule = 'kind' | 'type' | 'bos' | 'eos' | 'size' | 'token'

/** One reason why a draft model cannot draft for a target. */
export interface PairReason {
  readonly rule: PairRule
  /** What differs, with both values. */
  readonly message: string
  readonly cure: string
}

/** Where the vocabularies first differ, from token 5 on. */
export interface TokenDifference {
  readonly token: number
  readonly targetText: string
  readonly draftText: string
  /** How many of the tokens that both have differ. */
  readonly differingTokens: number
  readonly commonTokens: number
}

/** Which of llama.cpp's rules two vocabularies break. */
export interface VocabularyVerdict {
  readonly reasons: readonly PairReason[]
  readonly firstDifference?: TokenDifference
}

// common/speculative.cpp: SPEC_VOCAB_MAX_SIZE_DIFFERENCE, SPEC_VOCAB_CHECK_START_TOKEN_ID.
const mostSizeDifference = 128
const firstCheckedToken = 5

/**
 * Judges two vocabularies by the rules of llama.cpp's `common_speculative_are_compatible`. That function stops at the first rule and
 * says it in a debug log; here all rules are checked and each is explained. Linear in the smaller vocabulary.
 */
export function explainVocabularies(pair: Pair): VocabularyVerdict {
  const difference = firstDifference(pair)
  const found = [typeReason(pair), edgeReason('bos', pair), edgeReason('eos', pair), sizeReason(pair)]
  const reasons = [...found, difference && tokenReason(pair, difference)].filter((reason) => reason !== undefined)
  return { reasons, ...(difference && { firstDifference: difference }) }
}

function typeReason({ target, draft }: Pair): PairReason | undefined {
  if (target.type === draft.type) return undefined
  return {
    rule: 'type',
    message: `the target's vocabulary is of type ${target.type}, the draft's of type ${draft.type}`,
    cure: `use a draft model of the target's family, whose tokenizer is ${described(target)}`,
  }
}

const edges = {
  bos: { name: 'BOS', place: 'before', add: 'addBos', key: 'tokenizer.ggml.add_bos_token', idKey: 'bos_token_id' },
  eos: { name: 'EOS', place: 'behind', add: 'addEos', key: 'tokenizer.ggml.add_eos_token', idKey: 'eos_token_id' },
} as const

function edgeReason(rule: 'bos' | 'eos', { target, draft }: Pair): PairReason | undefined {
  const { name, place, add, key, idKey } = edges[rule]
  if (target[add] !== draft[add]) {
    const says = (adds: boolean) => (adds ? `puts ${name} ${place} a prompt` : `does not put ${name} ${place} a prompt`)
    return {
      rule,
      message: `the target ${says(target[add])}, the draft ${says(draft[add])}`,
      cure: overrideCure(`${key}=bool:${target[add]}`),
    }
  }
  if (!target[add] || target[rule] === draft[rule]) return undefined
  return {
    rule,
    message: `${name} is ${tokenName(target, rule)} in the target and ${tokenName(draft, rule)} in the draft`,
    cure:
      target[rule] === undefined
        ? `use a draft model without ${name}`
        : overrideCure(`tokenizer.ggml.${idKey}=int:${target[rule]}`),
  }
}

/** The target has this value anyway: llama-server replaces it in both models. */
function overrideCure(value: string): string {
  return `if nothing else differs, start llama-server with --override-kv ${value}, which holds for both models`
}

function tokenName(facts: VocabularyFacts, rule: 'bos' | 'eos'): string {
  const id = facts[rule]
  return id === undefined ? 'missing' : `${id} (${shown(facts.bytesOf(id))})`
}

function sizeReason({ target, draft }: Pair): PairReason | undefined {
  const difference = Math.abs(target.size - draft.size)
  if (difference <= mostSizeDifference) return undefined
  const message = `the target has ${target.size} tokens and the draft ${draft.size}: ${difference} apart, at most ${mostSizeDifference} are allowed`
  return {
    rule: 'size',
    message,
    cure: 'use a draft model of the target’s own release, or one whose vocabulary was padded alike',
  }
}

function tokenReason({ target, draft }: Pair, difference: TokenDifference): PairReason {
  const { token, targetText, draftText, differingTokens, commonTokens } = difference
  const share = `${differingTokens} of ${commonTokens} common tokens differ`
  return {
    rule: 'token',
    message: `token ${token} is ${targetText} in the target and ${draftText} in the draft (${share})`,
    cure:
      differingTokens > commonTokens / 2
        ? `the two were not made with one tokenizer (${described(target)} and ${described(draft)}); use a draft model of the target's family`
        : 'a few tokens were renamed; use a draft model converted from the target’s own release',
  }
}

/** C strings end at a zero byte, and so does what llama.cpp compares. */
function firstDifference({ target, draft }: Pair): TokenDifference | undefined {
  const commonTokens = Math.min(target.size, draft.size)
  let first = -1
  let differingTokens = 0
  for (let token = firstCheckedToken; token < commonTokens; token++) {
    if (sameText(target.bytesOf(token), draft.bytesOf(token))) continue
    if (first < 0) first = token
    differingTokens++
  }
  if (first < 0) return undefined
  return {
    token: first,
    targetText: shown(target.bytesOf(first)),
    draftText: shown(draft.bytesOf(first)),
    differingTokens,
    commonTokens,
  }
}

function sameText(one: Uint8Array, other: Uint8Array): boolean {
  for (let index = 0; ; index++) {
    const byte = one[index] ?? 0
    if (byte !== (other[index] ?? 0)) return false
    if (byte === 0) return true
  }
}

function shown(bytes: Uint8Array): string {
  const text = JSON.stringify(Buffer.from(bytes).toString('utf8'))
  return text.length <= 60 ? text : `${text.slice(0, 57)}…"`
}

/** A tokenizer in words. */
export function described({ type, preTokenizer, size }: VocabularyFacts): string {
  return `${type}${preTokenizer === '' ? '' : ` "${preTokenizer}"`} with ${size} tokens`
}
