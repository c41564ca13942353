import { assertBetween, assertPaired } from './assert-numbers.js'
import { mean, sampleVariance } from './moments.js'
import { studentQuantile, studentUpperTail } from './student-distribution.js'

/** Options of {@link nonInferiority}. */
export interface NonInferiorityOptions {
  /** The largest mean loss that is still no loss, in the unit of the scores (above 0, below `range`). */
  readonly margin: number
  /**
   * Probability of calling a worse one not inferior (between 0 and 0.5).
   * @defaultValue 0.05
   */
  readonly significance?: number
  /**
   * How far apart two scores can be (above 0).
   * @defaultValue 3
   */
  readonly range?: number
}

/** What {@link nonInferiority} finds. */
export interface NonInferiority {
  readonly nonInferior: boolean
  /** Mean of candidate − baseline. */
  readonly difference: number
  /** One-sided lower bound of the difference. */
  readonly lowerBound: number
  readonly pValue: number
}

/**
 * Whether a candidate is at most `margin` worse than its baseline on the same prompts: Student's paired t, one-sided. Few
 * large losses among many small gains would make t bold, so that skew is taken out (P. Hall: On the removal of skewness by
 * transformation, 1992). Where all differences are the same, t says nothing, and the bound is the exact one for a loss of
 * the whole range that was never seen: it has at most the probability 1 − significance^(1/n).
 */
export function nonInferiority(
  baseline: readonly number[],
  candidate: readonly number[],
  options: NonInferiorityOptions,
): NonInferiority {
  const { margin, significance = 0.05, range = 3 } = options
  assertPaired(baseline, candidate)
  assertBetween('range', range, { min: 0, max: Number.POSITIVE_INFINITY })
  assertBetween('margin', margin, { min: 0, max: range })
  assertBetween('significance', significance, { min: 0, max: 0.5 })
  const differences = candidate.map((value, index) => value - (baseline[index] as number))
  const difference = mean(differences)
  const { lowerBound, pValue } = differences.every((value) => value === differences[0])
    ? withoutVariance(differences, { margin, significance, range })
    : byStudent(differences, { margin, significance })
  return { nonInferior: pValue < significance, difference, lowerBound, pValue }
}

type Bound = Pick<NonInferiority, 'lowerBound' | 'pValue'>

function withoutVariance(
  differences: readonly number[],
  { margin, significance, range }: Required<NonInferiorityOptions>,
): Bound {
  const [difference = 0] = differences
  const count = differences.length
  const slack = difference + margin
  return {
    lowerBound: difference - range * (1 - significance ** (1 / count)),
    pValue: slack <= 0 ? 1 : Math.max(0, 1 - slack / range) ** count,
  }
}

function byStudent(
  differences: readonly number[],
  { margin, significance }: { margin: number; significance: number },
): Bound {
  const count = differences.length
  const difference = mean(differences)
  const deviation = Math.sqrt(sampleVariance(differences))
  const skewness = mean(differences.map((value) => ((value - difference) / deviation) ** 3))
  // Skew towards gains only makes t more cautious than it says, and stays; next to none would be lost in rounding.
  const skew = skewness < -1e-6 ? skewness : 0
  const ratio = (difference + margin) / deviation
  const unskewed = ratio + (skew * ratio ** 2) / 3 + (skew ** 2 * ratio ** 3) / 27 + skew / (6 * count)
  const quantile = studentQuantile(significance, count - 1) / Math.sqrt(count)
  const bound = skew === 0 ? quantile : (3 / skew) * (Math.cbrt(1 + skew * (quantile - skew / (6 * count))) - 1)
  return {
    lowerBound: difference - bound * deviation,
    pValue: studentUpperTail(unskewed * Math.sqrt(count), count - 1),
  }
}
