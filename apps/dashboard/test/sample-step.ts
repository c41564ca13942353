import type { ServedStep } from 'foretoken/serve-types'

/** A step that drafted and accepted so many tokens; drafting took 1 ms, checking 3. */
export function sampleStep(index: number, drafter: string, draftedTokens: number, acceptedTokens: number): ServedStep {
  return {
    index,
    drafter,
    tokens: acceptedTokens + 1,
    proposedTokens: draftedTokens,
    draftedTokens,
    acceptedTokens,
    width: draftedTokens + 1,
    batchWidth: 0,
    draftMs: 1,
    verifyMs: 3,
  }
}
