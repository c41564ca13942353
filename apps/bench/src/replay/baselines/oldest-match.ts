import { type Drafter, NO_TOKENS, type Tokens } from '@foretoken/contract'
import { textDrafter } from './text-drafter.js'

/** Options of {@link oldestMatchDrafter}. */
export interface OldestMatchOptions {
  /** Longest n-gram to look up, in tokens. */
  readonly maxMatchTokens: number
  /** Shortest n-gram worth a draft, in tokens (1 to `maxMatchTokens`). */
  readonly minMatchTokens: number
  /** Longest draft, in tokens. */
  readonly draftTokens: number
}

/**
 * Drafts what followed the longest earlier occurrence of the text's end, the oldest of equals, up to the text's end.
 * O(text · maxMatchTokens) a draft.
 *
 * This is prompt lookup in transformers (`PromptLookupCandidateGenerator`), which tries n-grams from the longest to one
 * token and takes the first match of the first size that has any; and n-gram drafting in vLLM (`NgramProposer`), which finds the
 * same match with the failure function of the reversed text.
 */
export function oldestMatchDrafter(name: string, options: OldestMatchOptions): Drafter {
  return textDrafter(name, (text, maxTokens) => {
    const end = endOfMatch(text, options)
    return end === undefined ? NO_TOKENS : text.slice(end, end + Math.min(maxTokens, options.draftTokens))
  })
}

function endOfMatch(text: Tokens, { maxMatchTokens, minMatchTokens }: OldestMatchOptions): number | undefined {
  let best: number | undefined
  let bestLength = minMatchTokens - 1
  for (let end = minMatchTokens; end < text.length && bestLength < maxMatchTokens; end++) {
    const length = commonEnd(text, end, maxMatchTokens)
    if (length <= bestLength) continue
    best = end
    bestLength = length
  }
  return best
}

/** How many tokens before `end` equal the last tokens of the text, up to `most`. */
function commonEnd(text: Tokens, end: number, most: number): number {
  const longest = Math.min(most, end)
  let length = 0
  while (length < longest && text[end - 1 - length] === text[text.length - 1 - length]) length++
  return length
}
