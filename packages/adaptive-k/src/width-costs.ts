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
const fewestObservations = 3
// How many observations the given points are worth, so that noise makes no jags where there are none.
const priorObservations = 4

/**
 * Seconds by width: the given points, scaled to what is observed and pulled towards the recent median at each width.
 * Between known widths it is interpolated, beyond them it goes on with the mean slope; it may be jagged.
 */
export class WidthCosts {
  readonly #points: readonly CostPoint[]
  readonly #observed = new Map<number, RecentMedian>()
  /** The points, and what they give for each observed width; sorted by width. */
  #sources: readonly CostPoint[]
  /** Observed over given seconds, over all widths: the points may come from a shorter context or another machine. */
  #scale = new RecentMedian(15)
  /** The curve as it is known now; undefined when an observation has changed it. */
  #knots: readonly CostPoint[] | undefined
  /** Seconds by width, as far as they were asked for. */
  readonly #seconds: number[] = []

  constructor(option: string, points: readonly CostPoint[]) {
    assertInteger(`the number of ${option}`, points.length, { min: 1, max: 65_536 })
    for (const { width, seconds } of points) {
      assertInteger(`the width of ${option}`, width, { min: 1, max: 65_536 })
      assertPositive(`the seconds of ${option}`, seconds)
    }
    this.#points = points.toSorted(byWidth)
    this.#sources = this.#points
    const twice = this.#points.find(({ width }, index) => width === this.#points[index + 1]?.width)
    if (twice === undefined) return
    throw new SpeculationError('ERR_OPTION_INVALID', `${option} must have one point a width, got two of ${twice.width}`)
  }

  seconds(width: number): number {
    if (this.#knots === undefined) {
      this.#knots = this.#currentKnots()
      this.#seconds.length = 0
    }
    const known = this.#seconds[width]
    if (known !== undefined) return known
    const seconds = interpolate(this.#knots, width)
    this.#seconds[width] = seconds
    return seconds
  }

  observe(width: number, seconds: number): void {
    if (!(seconds > 0 && Number.isFinite(seconds))) return
    this.#recent(width).add(seconds)
    this.#scale.add(seconds / interpolate(this.#points, width))
    this.#knots = undefined
  }

  copy(): WidthCosts {
    const copy = new WidthCosts('points', this.#points)
    for (const [width, recent] of this.#observed) copy.#observed.set(width, recent.copy())
    copy.#sources = this.#sources
    copy.#scale = this.#scale.copy()
    return copy
  }

  #recent(width: number): RecentMedian {
    const known = this.#observed.get(width)
    if (known !== undefined) return known
    const recent = new RecentMedian(9)
    this.#observed.set(width, recent)
    if (this.#sources.every((source) => source.width !== width))
      this.#sources = [...this.#sources, { width, seconds: interpolate(this.#points, width) }].sort(byWidth)
    return recent
  }

  #currentKnots(): readonly CostPoint[] {
    const scale = this.#scale.count < fewestObservations ? 1 : this.#scale.median
    return this.#sources.map(({ width, seconds }) => {
      const { count = 0, median = 0 } = this.#observed.get(width) ?? {}
      const share = count < fewestObservations ? 0 : count / (count + priorObservations)
      return { width, seconds: share * median + (1 - share) * scale * seconds }
    })
  }
}

function byWidth(left: CostPoint, right: CostPoint): number {
  return left.width - right.width
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
