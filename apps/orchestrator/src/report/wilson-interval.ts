import { assertInteger } from '@foretoken/contract'
import type { Interval } from '@foretoken/judge'

// E. B. Wilson: Probable inference, the law of succession, and statistical inference (1927); recommended for few trials by
// L. D. Brown, T. T. Cai, A. DasGupta: Interval estimation for a binomial proportion (2001).

/** The 97.5 % quantile of the normal distribution. */
const z = 1.959963984540054

/** The 95 % interval of a share of `trials` independent trials; `share` is 0 to 1. */
export function wilsonInterval(share: number, trials: number): Interval {
  assertInteger('trials', trials, { min: 1, max: Number.MAX_SAFE_INTEGER })
  const weight = 1 + z ** 2 / trials
  const centre = (share + z ** 2 / (2 * trials)) / weight
  const half = (z / weight) * Math.sqrt((share * (1 - share)) / trials + z ** 2 / (4 * trials ** 2))
  // Rounding must not put the share outside.
  return {
    value: share,
    low: Math.max(0, Math.min(share, centre - half)),
    high: Math.min(1, Math.max(share, centre + half)),
  }
}
