/** Median of the last few values, so that an outlier moves nothing. */
export class RecentMedian {
  /** A ring: the next value goes to `#added % #values.length`. */
  readonly #values: Float64Array
  #added = 0

  constructor(size: number) {
    this.#values = new Float64Array(size)
  }

  /** Values added so far, forgotten ones included. */
  get count(): number {
    return this.#added
  }

  /** O(size log size); NaN while nothing was added. */
  get median(): number {
    const sorted = this.#values.slice(0, Math.min(this.#added, this.#values.length)).sort()
    const middle = sorted.length >> 1
    if (sorted.length % 2 === 1) return sorted[middle] as number
    return ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2
  }

  add(value: number): void {
    this.#values[this.#added++ % this.#values.length] = value
  }

  copy(): RecentMedian {
    const copy = new RecentMedian(this.#values.length)
    copy.#values.set(this.#values)
    copy.#added = this.#added
    return copy
  }
}
