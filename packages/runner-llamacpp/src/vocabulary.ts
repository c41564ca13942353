import { SpeculationError, type TokenId, type Tokens } from '@foretoken/contract'
import type { LlamaModel, Token } from 'node-llama-cpp'
import type { ChatParts } from './chat-template.js'
import type { SpecialToken } from './special-tokens.js'
import { spellingOf, type TokenEntry, type TokenSpelling, tokenBytes } from './token-bytes.js'

/** The tokens of a loaded model. */
export interface Vocabulary {
  readonly size: number
  /** Ascending. */
  readonly endOfTextTokens: readonly TokenId[]
  /** Tokens that a text spells but may not contain. */
  readonly specials: readonly SpecialToken[]
  readonly beginOfText: string
  readonly endOfText: string
  /** Tokens of a text, with one BOS token before them where the metadata ask for it. */
  tokenize(text: string, special: boolean): Tokens
  /** Tokens of a rendered conversation, likewise. */
  joinParts(parts: ChatParts): Tokens
  /** The bytes that a token adds to a text. */
  bytesOf(token: TokenId): Uint8Array
  /** What stands for a token in the file; `undefined` outside the vocabulary. */
  spellingOf(token: TokenId): string | undefined
}

/** Reads what is asked of a vocabulary; takes about a microsecond a token. */
export function readVocabulary(model: LlamaModel): Vocabulary {
  const { tokens: texts, model: kind, pre } = model.fileInfo.metadata.tokenizer.ggml
  const size = texts.length
  const endOfTextTokens: TokenId[] = []
  const specials: SpecialToken[] = []
  for (let id = 0; id < size; id++) {
    if (model.isEogToken(id as Token)) endOfTextTokens.push(id)
    const { control, unknown, lstrip, rstrip } = model.getTokenAttributes(id as Token)
    if (control || unknown) specials.push({ id, text: texts[id] ?? '', trimsBefore: lstrip, trimsAfter: rstrip })
  }
  const begin = model.tokens.shouldPrependBosToken ? model.tokens.bos : null
  // A text may spell its beginning itself.
  const withBegin = (tokens: readonly TokenId[]) =>
    Int32Array.from(begin === null || tokens[0] === begin ? tokens : [begin, ...tokens])
  return {
    size,
    endOfTextTokens,
    specials,
    beginOfText: model.tokens.bosString ?? '',
    endOfText: model.tokens.eosString ?? '',
    tokenize: (text, special) => withBegin(model.tokenize(text, special)),
    joinParts: (parts) =>
      withBegin(parts.flatMap((part) => (typeof part === 'number' ? [part] : model.tokenize(part)))),
    spellingOf: (token) => texts[token],
    bytesOf: byteTable(model, { texts, spelling: spellingOf(kind, pre) }),
  }
}

function byteTable(
  model: LlamaModel,
  { texts, spelling }: { readonly texts: readonly string[]; readonly spelling: TokenSpelling },
): (token: TokenId) => Uint8Array {
  const known = new Map<TokenId, Uint8Array>()
  return (token) => {
    let bytes = known.get(token)
    if (bytes === undefined) {
      const text = texts[token]
      if (text === undefined) {
        throw new SpeculationError(
          'ERR_OPTION_INVALID',
          `a token must be an id from 0 to ${texts.length - 1}, got ${token}`,
        )
      }
      bytes = tokenBytes({ text, kind: kindOf(model, token) }, spelling)
      known.set(token, bytes)
    }
    return bytes
  }
}

function kindOf(model: LlamaModel, token: TokenId): TokenEntry['kind'] {
  const { control, unknown, userDefined, byte, normal } = model.getTokenAttributes(token as Token)
  if (control || unknown) return 'special'
  if (userDefined) return 'plain'
  if (byte) return 'byte'
  // Unused entries of a vocabulary stand for nothing.
  return normal ? 'normal' : 'special'
}
