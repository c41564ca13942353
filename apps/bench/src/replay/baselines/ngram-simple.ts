import { type Drafter, NO_TOKENS, type Tokens } from '@foretoken/contract'
import { textDrafter } from './text-drafter.js'

/** The defaults of `llama-server`. */
const MATCH_TOKENS = 12
const DRAFT_TOKENS = 48

/**
 * Drafts the 48 tokens that followed the latest earlier occurrence of the text's last 12.
 *
 * llama.cpp `common_ngram_simple_draft`, its quirks included: a text of up to 62 tokens is not searched, an occurrence at
 * the text's start does not count, the last token is never drafted, and a draft of less than 12 tokens is dropped.
 */
export function ngramSimpleDrafter(): Drafter {
  return textDrafter('ngram-simple', (text, maxTokens) => {
    // llama.cpp keeps the last token apart from the history.
    const history = text.length - 1
    if (history <= MATCH_TOKENS + DRAFT_TOKENS + 1) return NO_TOKENS
    const start = latestMatch(text, history - MATCH_TOKENS - 1)
    if (start === undefined) return NO_TOKENS
    const draft = text.slice(start + MATCH_TOKENS, Math.min(history, start + MATCH_TOKENS + DRAFT_TOKENS))
    return draft.length < MATCH_TOKENS ? NO_TOKENS : draft.subarray(0, maxTokens)
  })
}

function latestMatch(text: Tokens, latest: number): number | undefined {
  for (let start = latest; start > 0; start--) if (matches(text, start)) return start
  return undefined
}

function matches(text: Tokens, start: number): boolean {
  const pattern = text.length - MATCH_TOKENS
  let length = 0
  while (length < MATCH_TOKENS && text[start + length] === text[pattern + length]) length++
  return length === MATCH_TOKENS
}
