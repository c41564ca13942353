/** How the texts in a vocabulary stand for bytes. */
export type TokenSpelling =
  /** Every byte is written as one letter, as GPT-2 does. */
  | 'byte-letters'
  /** UTF-8 with U+2581 for a space, as SentencePiece does. */
  | 'spaces'

/** One entry of a vocabulary. */
export interface TokenEntry {
  readonly text: string
  /** `special` tokens stand for no text, `plain` ones for what is written, `byte` ones for the byte in `<0xXX>`. */
  readonly kind: 'normal' | 'plain' | 'byte' | 'special'
}

const noBytes = new Uint8Array(0)
const utf8 = new TextEncoder()

/**
 * The bytes a token adds to the text, as `llama_token_to_piece` gives them. Whole texts are not detokenised by
 * llama.cpp, since that deletes spaces before punctuation for some vocabularies.
 */
export function tokenBytes({ text, kind }: TokenEntry, spelling: TokenSpelling): Uint8Array {
  if (kind === 'special') return noBytes
  if (kind === 'plain') return utf8.encode(text)
  if (kind === 'byte') return Uint8Array.of(Number.parseInt(text.slice(3, 5), 16))
  if (spelling === 'spaces') return utf8.encode(text.replaceAll('\u2581', ' '))
  const bytes: number[] = []
  for (const letter of text) {
    const byte = byteOfLetter.get(letter)
    if (byte === undefined) bytes.push(...utf8.encode(letter))
    else bytes.push(byte)
  }
  return Uint8Array.from(bytes)
}

/** The spelling by `tokenizer.ggml.model` and `tokenizer.ggml.pre`, after `llama_vocab::impl::load`. */
export function spellingOf(model: unknown, preTokenizer: unknown): TokenSpelling {
  if (model !== 'gpt2' && model !== 'hybriddna' && model !== 'whitespace') return 'spaces'
  const spaced = ['gemma4', 'granite-embed-multi-311m', 'sarvam-moe']
  return spaced.includes(String(preTokenizer)) ? 'spaces' : 'byte-letters'
}

/** GPT-2's `bytes_to_unicode`: printable Latin-1 letters are themselves, the other bytes follow from U+0100 on. */
const byteOfLetter: ReadonlyMap<string, number> = new Map(byteLetters())

function* byteLetters(): Generator<[letter: string, byte: number]> {
  let next = 256
  for (let byte = 0; byte < 256; byte++) {
    const printable = (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae
    yield [String.fromCodePoint(printable ? byte : next++), byte]
  }
}
