import { assertInteger, CONTRACT_VERSION, type LengthPolicy } from '@foretoken/contract'

/** Drafts up to `tokens` tokens (1 to 256) in every step, whatever comes of it. */
export function fixedLength(tokens: number): LengthPolicy {
  assertInteger('tokens', tokens, { min: 1, max: 256 })
  const limits = { maxTokens: tokens, minProbability: 0 }
  return {
    contractVersion: CONTRACT_VERSION,
    name: 'fixed',
    open: () => ({
      limits: () => limits,
      cut: (draft) => Math.min(draft.tokens.length, tokens),
      observe: () => {},
    }),
  }
}
