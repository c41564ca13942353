import type { StepCosts } from './split-costs.js'

/** How many of a draft's first tokens to verify, and what is expected of it. */
export interface Cut {
  readonly tokens: number
  /** Expected committed tokens per second of the whole batch. */
  readonly goodput: number
}

/** What a step costs besides verifying. */
export interface CutCosts {
  readonly curve: StepCosts
  /** Tokens of other sequences in the batch; each is expected to commit one. */
  readonly batchWidth: number
  /**
   * Seconds that are spent on drafting however many tokens are verified.
   * @defaultValue 0
   */
  readonly draftSeconds?: number
  /**
   * Seconds of drafting that each token still costs.
   * @defaultValue 0
   */
  readonly secondsPerToken?: number
  /**
   * Most seconds that the step may last longer than one without drafting.
   * @defaultValue Infinity
   */
  readonly mostExtraSeconds?: number
}

/**
 * The cut with the highest goodput, the shortest of equals: (1 + sum of P) / (drafting + verifying + expected replay), P
 * being the products of the probabilities. All cuts are tried, as the curve may be jagged. O(tokens).
 */
export function bestCut(probabilities: ArrayLike<number>, costs: CutCosts): Cut {
  const {
    curve,
    batchWidth,
    draftSeconds = 0,
    secondsPerToken = 0,
    mostExtraSeconds = Number.POSITIVE_INFINITY,
  } = costs
  const plainSeconds = curve.seconds(batchWidth + 1)
  // The worst that can happen: the first token is rejected and the target's own next one is run again.
  const mostSeconds = plainSeconds + mostExtraSeconds - curve.replaySeconds(1)
  let best: Cut = { tokens: 0, goodput: (batchWidth + 1) / (draftSeconds + plainSeconds) }
  let reached = 1
  let expectedTokens = batchWidth + 1
  let replaySeconds = 0
  for (let index = 0; index < probabilities.length; index++) {
    const before = reached
    reached *= probabilities[index] as number
    expectedTokens += reached
    replaySeconds += (before - reached) * curve.replaySeconds(index + 1)
    const width = batchWidth + index + 2
    const drafting = draftSeconds + (index + 1) * secondsPerToken
    if (drafting + curve.worstSeconds(width) > mostSeconds) continue
    const goodput = expectedTokens / (drafting + curve.seconds(width) + replaySeconds)
    if (goodput > best.goodput) best = { tokens: index + 1, goodput }
  }
  return best
}

/**
 * The least probability of being reached that a token of a best cut can have.
 *
 * Let the best cut verify k tokens, a second being worth R tokens, at least what it is without drafts. Leaving out its tokens j … k saves c(k) − c(j − 1)
 * seconds and (k − j + 1) · P(j) tokens at most, so P(j) ≥ R · (c(k) − c(j − 1)) / (k − j + 1), and no mean slope is below the
 * least one between neighbours. O(maxTokens).
 */
export function breakEven(maxTokens: number, { curve, batchWidth, secondsPerToken = 0 }: CutCosts): number {
  const plainSeconds = curve.seconds(batchWidth + 1)
  let leastSlope = Number.POSITIVE_INFINITY
  for (let tokens = 1, before = plainSeconds; tokens <= maxTokens; tokens++) {
    const seconds = curve.seconds(batchWidth + tokens + 1)
    leastSlope = Math.min(leastSlope, seconds - before + secondsPerToken)
    before = seconds
  }
  return Math.min(1, Math.max(0, (leastSlope * (batchWidth + 1)) / plainSeconds))
}
