import type { GgufMetadata } from '../gguf/gguf-header.js'
import type { GgufStrings } from '../gguf/gguf-strings.js'
import { tokenizerFingerprint } from './tokenizer-fingerprint.js'

/** llama.cpp's kinds of vocabulary (`enum llama_vocab_type`). */
export type VocabularyType = 'none' | 'spm' | 'bpe' | 'wpm' | 'ugm' | 'rwkv' | 'plamo2'

/** A vocabulary as llama.cpp takes it: what the file says, and llama.cpp's defaults where it says nothing. */
export interface VocabularyFacts {
  readonly type: VocabularyType
  /** Name of the pre-tokeniser, as the file gives it; empty where it gives none. */
  readonly preTokenizer: string
  /** Number of tokens. */
  readonly size: number
  /** Ids of special tokens; `undefined` where there is none. */
  readonly bos: number | undefined
  readonly eos: number | undefined
  readonly eot: number | undefined
  readonly pad: number | undefined
  readonly unknown: number | undefined
  /** Whether prompts begin with BOS and end with EOS. */
  readonly addBos: boolean
  readonly addEos: boolean
  /** SHA-256 over kind, tokens, types, scores, merges and special ids, whatever their order in the file. */
  readonly fingerprint: string
  /** Bytes of a token's text; empty behind the last one. */
  readonly bytesOf: (token: number) => Uint8Array
}

interface Defaults {
  readonly type: VocabularyType
  readonly bos?: number
  readonly eos?: number
  readonly unknown?: number
  readonly pad?: number
  readonly addBos?: boolean
  readonly addEos?: boolean
}

// llama_vocab::impl::load, by `tokenizer.ggml.model`.
const defaultsByModel: Readonly<Record<string, Defaults>> = {
  no_vocab: { type: 'none' },
  none: { type: 'none' },
  llama: { type: 'spm', bos: 1, eos: 2, unknown: 0, addBos: true },
  bert: { type: 'wpm', bos: 101, unknown: 100, pad: 0, addBos: true },
  gpt2: { type: 'bpe', bos: 11, eos: 11 },
  hybriddna: { type: 'bpe', bos: 11, eos: 11 },
  whitespace: { type: 'bpe', bos: 11, eos: 11 },
  gemma4: { type: 'bpe' },
  t5: { type: 'ugm', eos: 1, unknown: 2, pad: 0, addEos: true },
  rwkv: { type: 'rwkv' },
  plamo2: { type: 'plamo2', bos: 1, eos: 2, unknown: 0, pad: 3 },
}

/** Pre-tokenisers of BPE vocabularies whose prompts begin with BOS unless the file says otherwise. */
const beginningWithBos: ReadonlySet<string> = new Set([
  ...['llama3', 'llama-v3', 'llama-bpe', 'falcon3', 'falcon-h1', 'pixtral', 'midm-2.0', 'lfm2', 'jina-v5-nano'],
  ...['tekken', 'chameleon'],
])
/** Pre-tokenisers that llama.cpp makes begin with BOS whatever the file says. */
const alwaysBeginningWithBos: ReadonlySet<string> = new Set(['gemma4', 'granite-embed-multi-311m'])
/** Pre-tokenisers without a default BOS. */
const withoutBos: ReadonlySet<string> = new Set(['glm4', 'chatglm-bpe'])

const space = 'tokenizer.ggml.'

/** Reads the vocabulary; `undefined` where the file has none or one of a kind that llama.cpp does not know. */
export function vocabularyFacts(metadata: GgufMetadata): VocabularyFacts | undefined {
  const model = textOf(metadata, 'model')
  const defaults = Object.hasOwn(defaultsByModel, model) ? defaultsByModel[model] : undefined
  if (defaults === undefined) return undefined
  const preTokenizer = model === 'gemma4' ? 'gemma4' : textOf(metadata, 'pre')
  const tokens = stringsOf(metadata, 'tokens')
  const size = tokens?.length ?? 0
  const id = (name: string, fallback: number | undefined): number | undefined => {
    const given = metadata.get(`${space}${name}_token_id`)
    if (typeof given === 'number' && given >= 0 && given < size) return given
    return fallback !== undefined && fallback < size ? fallback : undefined
  }
  return {
    type: defaults.type,
    preTokenizer,
    size,
    bos: id('bos', withoutBos.has(preTokenizer) ? undefined : defaults.bos),
    eos: id('eos', defaults.eos),
    eot: id('eot', undefined) ?? endOfTurn(tokens),
    pad: id('padding', defaults.pad),
    unknown: id('unknown', defaults.unknown),
    addBos: addsBos(metadata, { ...defaults, preTokenizer }),
    addEos: flagOf(metadata, 'add_eos_token') ?? defaults.addEos ?? false,
    fingerprint: tokenizerFingerprint(metadata),
    bytesOf: (token) => textBytes(tokens, token),
  }
}

// llama.cpp takes whichever of these it meets first in a hash map; here the ones that end a turn and nothing else lead.
const endsOfTurn: readonly string[] = [
  ...['<|eot_id|>', '<|im_end|>', '<|end|>', '<end_of_turn>', '<EOT>', '_<EOT>', '[EOT]', '<end_of_utterance>'],
  ...['<|end_of_text|>', '<｜end▁of▁sentence｜>', '<|endoftext|>'],
]
const endLengths = endsOfTurn.map((text) => Buffer.byteLength(text))
const [shortestEnd, longestEnd] = [Math.min(...endLengths), Math.max(...endLengths)]

function endOfTurn(tokens: GgufStrings | undefined): number | undefined {
  if (tokens === undefined) return undefined
  let best: { readonly token: number; readonly rank: number } | undefined
  for (let token = 0; token < tokens.length; token++) {
    const length = tokens.byteLength(token)
    if (length < shortestEnd || length > longestEnd) continue
    const rank = endsOfTurn.indexOf(tokens.text(token))
    if (rank >= 0 && (best === undefined || rank < best.rank)) best = { token, rank }
  }
  return best?.token
}

function addsBos(
  metadata: GgufMetadata,
  { type, addBos = false, preTokenizer }: Defaults & { preTokenizer: string },
): boolean {
  if (type === 'bpe' && alwaysBeginningWithBos.has(preTokenizer)) return true
  const fallback = type === 'bpe' ? beginningWithBos.has(preTokenizer) : addBos
  return flagOf(metadata, 'add_bos_token') ?? fallback
}

/** llama.cpp names tokens without a text by their id. */
function textBytes(tokens: GgufStrings | undefined, token: number): Uint8Array {
  if (tokens === undefined || token < 0 || token >= tokens.length) return new Uint8Array()
  const bytes = tokens.bytes(token)
  return bytes.length === 0 ? Buffer.from(`[EMPTY_${token}]`) : bytes
}

function textOf(metadata: GgufMetadata, name: string): string {
  const value = metadata.get(space + name)
  return typeof value === 'string' ? value : ''
}

function flagOf(metadata: GgufMetadata, name: string): boolean | undefined {
  const value = metadata.get(space + name)
  return typeof value === 'boolean' ? value : undefined
}

function stringsOf(metadata: GgufMetadata, name: string): GgufStrings | undefined {
  const value = metadata.get(space + name)
  return typeof value === 'object' ? value.strings : undefined
}
