/** Median of the last few values, so that an outlier moves nothing. */
export class RecentMedian {
  /** A ring: the next value goes to `#added % #values.length`. */
  readonly #values: Float64Array
  #added = 0
  #median = Number.NaN

  constructor(size: number) {
    this.#values = new Float64Array(size)
  }

  /** Values added so far, forgotten ones included. */
  get count(): number {
    return this.#added
  }

  /** NaN while nothing was added. */
  get median(): number {
    return this.#median
  }

  /** O(size log size). */
  add(value: number): void {
    this.#values[this.#added++ % this.#values.length] = value
    const sorted = this.#values.slice(0, Math.min(this.#added, this.#values.length)).sort()
    const middle = sorted.length >> 1
    const upper = sorted[middle] as number
    this.#median = sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2
  }

  copy(): RecentMedian {
    const copy = new RecentMedian(this.#values.length)
    copy.#values.set(this.#values)
    copy.#added = this.#added
    copy.#median = this.#median
    return copy
  }
}
