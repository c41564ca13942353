import type { Draft } from '@foretoken/contract'

/**
 * A copy of the draft, cut to `maxTokens`; the draft itself is a view that ends with the drafter’s next call, which is
 * before the policy observes it. Throws an `Error` that says what is wrong with a malformed one.
 */
export function checkedDraft(draft: Draft, maxTokens: number): Draft {
  if (typeof draft !== 'object' || draft === null) throw new Error('the draft is no object')
  const { tokens, probabilities, drafter } = draft
  if (!(tokens instanceof Int32Array)) throw new Error('the tokens of the draft are no Int32Array')
  if (typeof drafter !== 'string') throw new Error('the draft does not say who made it')
  if (probabilities === undefined) return { tokens: tokens.slice(0, maxTokens), drafter }
  if (!(probabilities instanceof Float32Array) || probabilities.length !== tokens.length)
    throw new Error('the probabilities of the draft are no Float32Array as long as its tokens')
  return { tokens: tokens.slice(0, maxTokens), probabilities: probabilities.slice(0, maxTokens), drafter }
}
