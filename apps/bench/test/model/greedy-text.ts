import type { Drafter, Tokens } from '@foretoken/contract'
import type { LoadedModel } from '@foretoken/runner-llamacpp'
import { addStep, emptySummary, type Summary, speculate } from '@foretoken/speculate'

/** A greedy answer, and the lead of each step's own token over the second-best. */
export interface GreedyText {
  readonly tokens: readonly number[]
  readonly topGaps: readonly number[]
  readonly summary: Summary
}

/** Answers a prompt in a fresh context. */
export async function greedyText(
  model: LoadedModel,
  prompt: Tokens,
  options: { readonly maxTokens: number; readonly drafter?: Drafter },
): Promise<GreedyText> {
  await using target = await model.openTarget()
  const tokens: number[] = []
  const topGaps: number[] = []
  let summary = emptySummary
  for await (const step of speculate({ target, prompt, ...options })) {
    tokens.push(...step.tokens)
    topGaps.push(step.topGap ?? Number.NaN)
    summary = addStep(summary, step)
  }
  return { tokens, topGaps, summary }
}
