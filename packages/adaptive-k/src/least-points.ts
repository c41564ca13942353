import type { CostPoint } from './width-costs.js'

/**
 * One point a width, from rounds of measuring: what else a machine does only makes a batch take longer, so the least counts.
 *
 * @example
 * ```ts
 * costCurve(leastPoints([...firstRound, ...secondRound]))
 * ```
 */
export function leastPoints(points: readonly CostPoint[]): CostPoint[] {
  const least = new Map<number, number>()
  for (const { width, seconds } of points) least.set(width, Math.min(seconds, least.get(width) ?? seconds))
  return [...least].sort(([left], [right]) => left - right).map(([width, seconds]) => ({ width, seconds }))
}
