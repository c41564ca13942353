import type { ServedStep } from 'foretoken/serve-types'

/** What the steps of an answer cost and brought. */
export interface StepCounts {
  readonly steps: number
  /** Committed tokens. */
  readonly tokens: number
  readonly draftedTokens: number
  readonly acceptedTokens: number
  /** `acceptedTokens` / `draftedTokens`; 0 when nothing was drafted. */
  readonly acceptanceRate: number
  /** `tokens` / `steps`; 0 before the first step. */
  readonly tokensPerStep: number
  /** Tokens that the model made itself. */
  readonly ownTokens: number
  /** Drafted and accepted tokens by drafter, in the order in which they first drafted. */
  readonly byDrafter: readonly DrafterCounts[]
  readonly draftMs: number
  readonly verifyMs: number
}

/** One drafter's share of an answer. */
export interface DrafterCounts {
  readonly drafter: string
  readonly steps: number
  readonly draftedTokens: number
  readonly acceptedTokens: number
}

/** Adds the steps up. */
export function countSteps(steps: readonly ServedStep[]): StepCounts {
  const byDrafter = new Map<string, DrafterCounts>()
  let [tokens, draftedTokens, acceptedTokens, draftMs, verifyMs] = [0, 0, 0, 0, 0]
  for (const step of steps) {
    tokens += step.tokens
    draftedTokens += step.draftedTokens
    acceptedTokens += step.acceptedTokens
    draftMs += step.draftMs
    verifyMs += step.verifyMs
    if (step.drafter !== '') byDrafter.set(step.drafter, withStep(byDrafter.get(step.drafter), step))
  }
  return {
    steps: steps.length,
    tokens,
    draftedTokens,
    acceptedTokens,
    acceptanceRate: draftedTokens === 0 ? 0 : acceptedTokens / draftedTokens,
    tokensPerStep: steps.length === 0 ? 0 : tokens / steps.length,
    ownTokens: tokens - acceptedTokens,
    byDrafter: [...byDrafter.values()],
    draftMs,
    verifyMs,
  }
}

function withStep(counts: DrafterCounts | undefined, step: ServedStep): DrafterCounts {
  const { drafter } = step
  const { steps, draftedTokens, acceptedTokens } = counts ?? { steps: 0, draftedTokens: 0, acceptedTokens: 0 }
  return {
    drafter,
    steps: steps + 1,
    draftedTokens: draftedTokens + step.draftedTokens,
    acceptedTokens: acceptedTokens + step.acceptedTokens,
  }
}
