import { CONTRACT_VERSION, type Draft, type LengthPolicy } from '@foretoken/contract'
import type { StepCost } from './step-cost.js'

/** Longest draft that is asked for, in tokens. */
const MAX_TOKENS = 64

/**
 * Verifies as much of a draft as brings the most expected tokens per unit of `cost`, taking the drafter's probabilities
 * at their word. A draft without probabilities is verified whole.
 */
export function breakEvenLength(cost: StepCost): LengthPolicy {
  const limits = { maxTokens: MAX_TOKENS, minProbability: breakEven(cost) }
  return {
    contractVersion: CONTRACT_VERSION,
    name: 'beta',
    open: () => ({ limits: () => limits, cut: (draft) => bestLength(draft, cost), observe: () => {} }),
  }
}

/**
 * The last token of the best draft is accepted at least with this probability: it must bring what its part of the step
 * could buy in plain steps.
 */
function breakEven({ seconds }: StepCost): number {
  let least = 1
  for (let width = 1; width <= MAX_TOKENS; width++)
    least = Math.min(least, (seconds(width + 1) - seconds(width)) / seconds(1))
  return Math.max(0, least)
}

function bestLength({ tokens, probabilities }: Draft, { seconds }: StepCost): number {
  if (probabilities === undefined) return tokens.length
  let [best, bestRate] = [0, 1 / seconds(1)]
  let [expected, reached] = [1, 1]
  for (const [index, probability] of probabilities.entries()) {
    reached *= probability
    expected += reached
    const rate = expected / seconds(index + 2)
    if (rate > bestRate) [best, bestRate] = [index + 1, rate]
  }
  return best
}
