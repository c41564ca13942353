import type { CostCurve } from './cost-curve.js'

/** What steps cost, as far as a cut has to know. */
export type StepCosts = Pick<CostCurve, 'seconds' | 'worstSeconds' | 'replaySeconds'>

/**
 * What steps take where the sequences of a batch share its first token each and what one of them has beyond that is evaluated
 * behind it, alone, as llama.cpp does it with sequences that have streams of their own (`split_equal`).
 */
export function splitCosts(curve: StepCosts, batchWidth: number): StepCosts {
  const shared = batchWidth + 1
  const split = (seconds: (width: number) => number, width: number) =>
    width <= shared ? seconds(width) : seconds(shared) + seconds(width - shared)
  return {
    seconds: (width) => split((part) => curve.seconds(part), width),
    worstSeconds: (width) => split((part) => curve.worstSeconds(part), width),
    replaySeconds: (tokens) => curve.replaySeconds(tokens),
  }
}
