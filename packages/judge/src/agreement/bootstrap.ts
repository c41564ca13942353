import { assertInteger, SpeculationError } from '@foretoken/contract'
import { assertBetween, assertPaired } from './assert-numbers.js'
import { mean, quantile, sampleVariance } from './moments.js'
import { randomSource } from './random-source.js'

// B. Efron, R. J. Tibshirani: An Introduction to the Bootstrap (1993), percentile intervals.

/** An estimate with the interval that it lies in. */
export interface Interval {
  readonly value: number
  readonly low: number
  readonly high: number
}

/** An estimate from resampling. */
export interface BootstrapEstimate extends Interval {
  readonly standardError: number
}

/** Options of {@link bootstrap} and {@link pairedBootstrap}. */
export interface BootstrapOptions {
  /**
   * How often the items are drawn again (100 to 1,000,000).
   * @defaultValue 10_000
   */
  readonly resamples?: number
  /**
   * Share of intervals that hold the truth, in the long run (between 0 and 1).
   * @defaultValue 0.95
   */
  readonly confidence?: number
  /**
   * Seed of the draws; the same seed gives the same interval.
   * @defaultValue 1
   */
  readonly seed?: number
}

/** A statistic of items with its percentile interval; draws for which the statistic is `NaN` are left out. */
export function bootstrap<Item>(
  items: readonly Item[],
  statistic: (sample: readonly Item[]) => number,
  options: BootstrapOptions = {},
): BootstrapEstimate {
  const { resamples = 10_000, confidence = 0.95, seed = 1 } = options
  assertInteger('resamples', resamples, { min: 100, max: 1_000_000 })
  assertBetween('confidence', confidence, { min: 0, max: 1 })
  assertInteger('seed', seed, { min: 0, max: 2 ** 32 - 1 })
  if (items.length === 0)
    throw new SpeculationError('ERR_OPTION_INVALID', 'a bootstrap needs at least one item, got none')
  const random = randomSource(seed)
  const draw = (): Item => items[Math.floor(random() * items.length)] as Item
  const statistics = Array.from({ length: resamples }, () => statistic(items.map(draw)))
    .filter((value) => !Number.isNaN(value))
    .sort((a, b) => a - b)
  return {
    value: statistic(items),
    low: quantile(statistics, (1 - confidence) / 2),
    high: quantile(statistics, (1 + confidence) / 2),
    standardError: Math.sqrt(sampleVariance(statistics)),
  }
}

/** The mean difference `second − first` over the same prompts, with its interval; pairs are drawn, never halves. */
export function pairedBootstrap(
  first: readonly number[],
  second: readonly number[],
  options: BootstrapOptions = {},
): BootstrapEstimate {
  assertPaired(first, second)
  const differences = second.map((value, index) => value - (first[index] as number))
  return bootstrap(differences, mean, options)
}
