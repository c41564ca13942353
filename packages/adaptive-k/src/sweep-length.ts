import { assertInteger } from '@foretoken/contract'
import { type Measure, type SweepOptions, type SweepResult, sweep } from './sweep.js'

/**
 * Finds the draft length with the highest rate. 0 stands for no drafts.
 *
 * @param measure - runs the workload once at a draft length and returns its rate, such as tokens per second
 * @param lengths - draft lengths to try, in tokens (0 to 256); those of the project's first reports, and none, if left out
 *
 * @example
 * ```ts
 * const { best, confidence } = await sweepLength((tokens) => tokensPerSecond({ policy: fixedLength(tokens) }), [4, 8, 16])
 * ```
 */
export async function sweepLength(
  measure: Measure,
  lengths: readonly number[] = [0, 4, 8, 12, 16, 24, 32],
  options: SweepOptions = {},
): Promise<SweepResult> {
  for (const length of lengths) assertInteger('a draft length', length, { min: 0, max: 256 })
  return sweep(lengths, measure, options)
}
