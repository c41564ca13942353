import type { Finish, Step } from '@foretoken/contract'
import type { Writable } from './writable.js'

/** What a whole text cost and brought, folded from its steps. */
export interface Summary {
  /** Committed tokens. */
  readonly tokens: number
  /** Verified batches. */
  readonly steps: number
  /** Draft tokens that the target verified. */
  readonly draftedTokens: number
  /** Draft tokens that the target accepted. */
  readonly acceptedTokens: number
  /** `acceptedTokens` / `draftedTokens`; 0 when nothing was drafted. */
  readonly acceptanceRate: number
  /** `tokens` / `steps`, the target's own tokens included; 0 before the first step. */
  readonly tokensPerStep: number
  readonly draftMs: number
  readonly verifyMs: number
  /** Why the text ended; empty while it goes on. */
  readonly finish: Finish
  /** The share of each drafter that drafted something, by its name. */
  readonly byDrafter: Readonly<Record<string, DrafterSummary>>
  /** Why the drafter was dropped; absent while it is trusted. */
  readonly dropped?: string
}

/** One drafter's share of a {@link Summary}. */
export interface DrafterSummary {
  /** Steps with a draft of this drafter, also where the policy cut all of it. */
  readonly steps: number
  readonly draftedTokens: number
  readonly acceptedTokens: number
}

/** The summary of no steps. */
export const emptySummary: Summary = {
  tokens: 0,
  steps: 0,
  draftedTokens: 0,
  acceptedTokens: 0,
  acceptanceRate: 0,
  tokensPerStep: 0,
  draftMs: 0,
  verifyMs: 0,
  finish: '',
  byDrafter: {},
}

/** The summary after one more step. */
export function addStep(summary: Summary, step: Step): Summary {
  const tokens = summary.tokens + step.tokens.length
  const steps = summary.steps + 1
  const draftedTokens = summary.draftedTokens + step.draftedTokens
  const acceptedTokens = summary.acceptedTokens + step.acceptedTokens
  const dropped = step.dropped ?? summary.dropped
  const sum: Writable<Summary> = {
    tokens,
    steps,
    draftedTokens,
    acceptedTokens,
    acceptanceRate: draftedTokens === 0 ? 0 : acceptedTokens / draftedTokens,
    tokensPerStep: tokens / steps,
    draftMs: summary.draftMs + step.draftMs,
    verifyMs: summary.verifyMs + step.verifyMs,
    finish: step.finish,
    byDrafter: step.drafter === '' ? summary.byDrafter : withShare(summary.byDrafter, step),
  }
  if (dropped !== undefined) sum.dropped = dropped
  return sum
}

/** The summary of a text, or of a part of it. */
export function summarize(steps: Iterable<Step>): Summary {
  let summary = emptySummary
  for (const step of steps) summary = addStep(summary, step)
  return summary
}

function withShare(byDrafter: Summary['byDrafter'], step: Step): Summary['byDrafter'] {
  const share = byDrafter[step.drafter]
  return {
    ...byDrafter,
    [step.drafter]: {
      steps: (share?.steps ?? 0) + 1,
      draftedTokens: (share?.draftedTokens ?? 0) + step.draftedTokens,
      acceptedTokens: (share?.acceptedTokens ?? 0) + step.acceptedTokens,
    },
  }
}
