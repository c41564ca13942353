import type { CostCurve } from '@foretoken/adaptive-k'

/** What drafts cost, as {@link CostCurve} has it. */
export type Costs = Pick<CostCurve, 'seconds' | 'replaySeconds' | 'draftSeconds'>

/** Drafts of one length. */
export interface DraftLength {
  readonly drafter: string
  /** Tokens of a draft: K. */
  readonly draftTokens: number
}

/**
 * Speed with drafts against the speed without, from how often the first i drafted tokens are accepted, `survival[i]`
 * (`survival[0]` is 1; behind its end nothing is). Where rejected tokens are not simply dropped, going back costs time, too.
 */
export function expectedSpeedup(
  costs: Costs,
  { drafter, draftTokens }: DraftLength,
  survival: readonly number[],
): number {
  const reached = (tokens: number): number => (tokens === 0 ? 1 : (survival[tokens] ?? 0))
  let tokens = 1
  let seconds = costs.seconds(draftTokens + 1) + costs.draftSeconds(drafter, draftTokens)
  for (let accepted = 0; accepted < draftTokens; accepted++) {
    tokens += reached(accepted + 1)
    seconds += (reached(accepted) - reached(accepted + 1)) * costs.replaySeconds(accepted + 1)
  }
  return (tokens * costs.seconds(1)) / seconds
}

/** Halvings of an interval: enough for six digits. */
const halvings = 20

/**
 * Least probability of a drafted token to be accepted, each like the other, at which drafts cost what they bring;
 * `undefined` where even right ones do not pay.
 */
export function breakEvenAcceptance(costs: Costs, length: DraftLength): number | undefined {
  const pays = (rate: number): boolean => expectedSpeedup(costs, length, evenSurvival(rate, length.draftTokens)) >= 1
  if (!pays(1)) return undefined
  let low = 0
  let high = 1
  for (let round = 0; round < halvings; round++) {
    const middle = (low + high) / 2
    if (pays(middle)) high = middle
    else low = middle
  }
  return high
}

function evenSurvival(rate: number, draftTokens: number): readonly number[] {
  return Array.from({ length: draftTokens + 1 }, (_, tokens) => rate ** tokens)
}

/** Drafts of some steps, and how often they were right. */
export interface DraftedSteps {
  readonly drafter: string
  readonly steps: readonly { readonly drafted: number; readonly accepted: number }[]
}

/** Speed with these drafts against the speed without, each cut to `draftTokens`; 1 where there was no step. */
export function replayedSpeedup(costs: Costs, { drafter, steps }: DraftedSteps, draftTokens: number): number {
  let tokens = 0
  let seconds = 0
  for (const step of steps) {
    const drafted = Math.min(step.drafted, draftTokens)
    const accepted = Math.min(step.accepted, draftTokens)
    tokens += 1 + accepted
    seconds += costs.seconds(drafted + 1) + costs.draftSeconds(drafter, drafted)
    if (accepted < drafted) seconds += costs.replaySeconds(accepted + 1)
  }
  return seconds === 0 ? 1 : (tokens * costs.seconds(1)) / seconds
}

/** The best of several lengths for these drafts. */
export function bestLength(
  costs: Costs,
  drafts: DraftedSteps,
  lengths: readonly number[],
): { readonly draftTokens: number; readonly speedup: number } {
  const all = lengths.map((draftTokens) => ({ draftTokens, speedup: replayedSpeedup(costs, drafts, draftTokens) }))
  return all.reduce((best, one) => (one.speedup > best.speedup ? one : best), { draftTokens: 0, speedup: 0 })
}
