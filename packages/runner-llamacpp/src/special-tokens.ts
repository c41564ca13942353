import type { TokenId } from '@foretoken/contract'

/** A token that a text spells but may not contain, such as `<|im_start|>`. */
export interface SpecialToken {
  readonly id: TokenId
  readonly text: string
  /** Whether the token swallows the white space before and behind it. */
  readonly trimsBefore: boolean
  readonly trimsAfter: boolean
}

/**
 * Cuts a text at the special tokens it spells, longest names first, as `tokenizer_st_partition` of llama-vocab.cpp does.
 * What lies between is text, to be tokenised without special tokens.
 */
export function cutAtSpecialTokens(text: string, specials: readonly SpecialToken[]): (string | TokenId)[] {
  let parts: (string | TokenId)[] = [text]
  for (const special of longestFirst(specials)) {
    if (text.includes(special.text))
      parts = parts.flatMap((part) => (typeof part === 'number' ? part : cut(part, special)))
  }
  return parts
}

/** Longest names first, those without a name left out. */
export function longestFirst(specials: readonly SpecialToken[]): SpecialToken[] {
  return specials.filter(({ text }) => text !== '').sort((one, other) => other.text.length - one.text.length)
}

function cut(text: string, { id, text: name, trimsBefore, trimsAfter }: SpecialToken): (string | TokenId)[] {
  const between = text.split(name)
  return between.flatMap((part, index) => {
    let kept = part
    // C's `isspace`.
    if (trimsBefore && index < between.length - 1) kept = kept.replace(/[ \t\n\v\f\r]+$/, '')
    if (trimsAfter && index > 0) kept = kept.replace(/^[ \t\n\v\f\r]+/, '')
    const token = index < between.length - 1 ? [id] : []
    return kept === '' ? token : [kept, ...token]
  })
}
