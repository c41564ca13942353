import { assertInteger, SpeculationError } from '@foretoken/contract'
import { assertPositive } from './assert-positive.js'
import { RecentMedian } from './recent-median.js'

/** What one batch takes. */
export interface CostPoint {
  /** Tokens in the batch (1 to 65,536). */
  readonly width: number
  /** Seconds, above 0; any unit of time will do as long as all points share it. */
  readonly seconds: number
}

// Fewer observations of a width may all be outliers.
const FEWEST_OBSERVATIONS = 3
// How many observations the given points are worth, so that noise makes no jags where there are none.
const PRIOR_OBSERVATIONS = 4
/** A drafted token's cost where nothing is known, in steps without drafts: between those of large and of small models. */
const GUESSED_SLOPE = 0.1
/** The curve is made anew once it is out of date by this share of its observations, … */
const STALE_SHARE = 0.125
/** … or by so many: medians move slowly, and what is asked of a curve that stands still need not be asked again. */
const MOST_STALE = 8
/** Where a guessed line ends: wider than any batch. */
const LINE_END = 65_537

/**
 * Seconds by width: the given points, scaled to what is observed and pulled towards the recent median at each width.
 * Between known widths it is interpolated, beyond them it goes on with the mean slope; it may be jagged.
 *
 * Fewer than two points say nothing of the slope: it is guessed until it is observed.
 */
export class WidthCosts {
  readonly #points: readonly CostPoint[]
  readonly #observed = new Map<number, RecentMedian>()
  /** The widths of knots, sorted. */
  #widths: readonly number[]
  /** Observed over given seconds, over all widths: the points may come from a shorter context or another machine. */
  #scale = new RecentMedian(15)
  /** Of a guessed line: what a token more costs, in batches of one token. */
  #slope = new RecentMedian(15)
  /** The curve as it was known of late; undefined when it is to be made anew. */
  #knots: readonly CostPoint[] | undefined
  /** Observations since it was made. */
  #stale = 0
  /** Seconds by width, as far as they were asked for. */
  readonly #seconds: number[] = []

  constructor(option: string, points: readonly CostPoint[]) {
    assertInteger(`the number of ${option}`, points.length, { min: 0, max: 65_536 })
    for (const { width, seconds } of points) {
      assertInteger(`the width of ${option}`, width, { min: 1, max: 65_536 })
      assertPositive(`the seconds of ${option}`, seconds)
    }
    this.#points = points.toSorted((left, right) => left.width - right.width)
    this.#widths = this.#isLine ? [1, LINE_END] : this.#points.map(({ width }) => width)
    const twice = this.#points.find(({ width }, index) => width === this.#points[index + 1]?.width)
    if (twice === undefined) return
    throw new SpeculationError('ERR_OPTION_INVALID', `${option} must have one point a width, got two of ${twice.width}`)
  }

  /** Whether anything is known: points, or a few observations. */
  get isKnown(): boolean {
    return this.#points.length > 0 || this.#scale.count >= FEWEST_OBSERVATIONS
  }

  seconds(width: number): number {
    if (this.#knots === undefined) {
      this.#knots = this.#widths.map((knot) => ({ width: knot, seconds: this.#known(knot) }))
      this.#seconds.length = 0
      this.#stale = 0
    }
    const known = this.#seconds[width]
    if (known !== undefined) return known
    const seconds = interpolate(this.#knots, width)
    this.#seconds[width] = seconds
    return seconds
  }

  /** What a batch takes at worst: where the slope is a guess, tokens beyond the widest known batch may save nothing. */
  worstSeconds(width: number): number {
    if (!this.#isLine) return this.seconds(width)
    let widest = 1
    for (const [known, { count }] of this.#observed) if (known > widest && count >= FEWEST_OBSERVATIONS) widest = known
    return this.seconds(Math.min(width, widest)) + Math.max(0, width - widest) * this.seconds(1)
  }

  observe(width: number, seconds: number): void {
    if (!(seconds > 0 && Number.isFinite(seconds))) return
    if (this.#isLine && width > 1) this.#slope.add(Math.max(0, (seconds / this.seconds(1) - 1) / (width - 1)))
    this.#recent(width).add(seconds)
    this.#scale.add(seconds / this.#given(width))
    // What a guess said of drafts is put right at once: a loss budget holds by what they cost.
    const isFound = this.#isLine && width > 1
    if (isFound || ++this.#stale >= Math.min(MOST_STALE, STALE_SHARE * this.#scale.count)) this.#knots = undefined
  }

  copy(): WidthCosts {
    const copy = new WidthCosts('points', this.#points)
    for (const [width, recent] of this.#observed) copy.#observed.set(width, recent.copy())
    copy.#widths = this.#widths
    copy.#scale = this.#scale.copy()
    copy.#slope = this.#slope.copy()
    return copy
  }

  get #isLine(): boolean {
    return this.#points.length < 2
  }

  #recent(width: number): RecentMedian {
    const known = this.#observed.get(width)
    if (known !== undefined) return known
    const recent = new RecentMedian(9)
    this.#observed.set(width, recent)
    if (!this.#widths.includes(width)) this.#widths = [...this.#widths, width].sort((left, right) => left - right)
    return recent
  }

  /** What the points say, or the guess where there are too few. */
  #given(width: number): number {
    if (!this.#isLine) return interpolate(this.#points, width)
    const [point = { width: 1, seconds: 1 }] = this.#points
    return (point.seconds * (1 + GUESSED_SLOPE * (width - 1))) / (1 + GUESSED_SLOPE * (point.width - 1))
  }

  #known(width: number): number {
    const { count = 0, median = 0 } = this.#observed.get(width) ?? {}
    const share = count < FEWEST_OBSERVATIONS ? 0 : count / (count + PRIOR_OBSERVATIONS)
    return share * median + (1 - share) * (this.#isLine ? this.#onLine(width) : this.#scaled(width))
  }

  #scaled(width: number): number {
    return this.#given(width) * (this.#scale.count < FEWEST_OBSERVATIONS ? 1 : this.#scale.median)
  }

  /** A single token's seconds as observed, or as the observations of all widths make them. */
  #onLine(width: number): number {
    const { count = 0, median = 0 } = this.#observed.get(1) ?? {}
    const isPlainKnown = count >= FEWEST_OBSERVATIONS
    const plain = isPlainKnown ? median : this.#points.length > 0 ? this.#given(1) : this.#scaled(1)
    const isSlopeKnown = this.#slope.count >= FEWEST_OBSERVATIONS && (isPlainKnown || this.#points.length > 0)
    return plain * (1 + (isSlopeKnown ? this.#slope.median : GUESSED_SLOPE) * (width - 1))
  }
}

/** O(log knots). */
function interpolate(knots: readonly CostPoint[], width: number): number {
  const first = knots[0] as CostPoint
  const last = knots[knots.length - 1] as CostPoint
  // Jags at the ends say nothing about what lies beyond them, so the slope is that of the whole curve, and never falls.
  const slope = Math.max(0, (last.seconds - first.seconds) / Math.max(1, last.width - first.width))
  if (width >= last.width) return last.seconds + (width - last.width) * slope
  // A narrower batch saves at most its share.
  if (width <= first.width)
    return Math.max(first.seconds - (first.width - width) * slope, (first.seconds * width) / first.width)
  let low = 0
  let high = knots.length - 1
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if ((knots[middle] as CostPoint).width <= width) low = middle
    else high = middle
  }
  const left = knots[low] as CostPoint
  const right = knots[high] as CostPoint
  return left.seconds + ((width - left.width) / (right.width - left.width)) * (right.seconds - left.seconds)
}
