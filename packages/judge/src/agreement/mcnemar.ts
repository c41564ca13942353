import { SpeculationError } from '@foretoken/contract'

/** What {@link mcnemar} finds. */
export interface Mcnemar {
  /** Prompts that only the first passed. */
  readonly onlyFirst: number
  /** Prompts that only the second passed. */
  readonly onlySecond: number
  /** Exact two-sided p-value: as unlikely or more, were both as likely. */
  readonly pValue: number
  /** The mid-p value, which is less cautious and nearer to the truth. */
  readonly midPValue: number
}

/**
 * McNemar's test of two models that passed or failed the same prompts, exact and mid-p. M. W. Fagerland, S. Lydersen,
 * P. Laake: The McNemar test for binary matched-pairs data (2013).
 */
export function mcnemar(first: readonly boolean[], second: readonly boolean[]): Mcnemar {
  if (first.length !== second.length) {
    throw new SpeculationError(
      'ERR_OPTION_INVALID',
      `both models must answer the same prompts, got ${first.length} and ${second.length} results`,
    )
  }
  const onlyFirst = first.filter((passed, index) => passed && second[index] === false).length
  const onlySecond = second.filter((passed, index) => passed && first[index] === false).length
  const differing = onlyFirst + onlySecond
  if (differing === 0) return { onlyFirst, onlySecond, pValue: 1, midPValue: 1 }
  const fewer = Math.min(onlyFirst, onlySecond)
  const logChoose = logBinomials(differing)
  const probability = (count: number): number => Math.exp((logChoose[count] as number) - differing * Math.LN2)
  let tail = 0
  for (let count = 0; count <= fewer; count++) tail += probability(count)
  const here = probability(fewer)
  // Where both are the same, the tails overlap in the middle term, which both values count once.
  const even = onlyFirst === onlySecond
  return {
    onlyFirst,
    onlySecond,
    pValue: Math.min(1, 2 * tail),
    midPValue: even ? 1 - here / 2 : 2 * tail - here,
  }
}

/** The logarithms of n over k for every k. */
function logBinomials(n: number): readonly number[] {
  const logs = [0]
  for (let k = 1; k <= n; k++) logs.push((logs[k - 1] as number) + Math.log((n - k + 1) / k))
  return logs
}
