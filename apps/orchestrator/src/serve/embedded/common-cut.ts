import type { CostCurve } from '@foretoken/adaptive-k'

/** What a cut is common to. */
export interface CommonBatch {
  /** Texts that share each batch. */
  readonly texts: number
  readonly curve: Pick<CostCurve, 'seconds'>
}

/** Texts draft where it brings at least this much: unequal drafts cost more than the curve says of equal ones. */
const LEAST_GAIN = 1.1

/**
 * How many tokens of a draft pay where every text of the batch drafts as much and is right as often: at most `mostTokens`.
 *
 * A text that only weighs what its own draft adds to a batch finds that cheap once the others have drafts in it, and so do all
 * of them, although together they would be faster without.
 */
export function commonCut(probabilities: Float32Array | undefined, mostTokens: number, batch: CommonBatch): number {
  const { texts, curve } = batch
  let cut = 0
  let most = LEAST_GAIN / curve.seconds(texts)
  let expected = 1
  let product = 1
  for (let tokens = 1; tokens <= mostTokens; tokens++) {
    product *= probabilities?.[tokens - 1] ?? 1
    expected += product
    const goodput = expected / curve.seconds(texts * (1 + tokens))
    if (goodput <= most) continue
    most = goodput
    cut = tokens
  }
  return cut
}
