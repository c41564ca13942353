/** Median of the last few values, so that an outlier moves nothing. */
export class RecentMedian {
  /** A ring: the next value goes to `#added % #values.length`. */
  readonly #values: Float64Array
  #added = 0
  /** Found out when it is asked for: most values come without a question. */
  #median: number | undefined = Number.NaN

  constructor(size: number) {
    this.#values = new Float64Array(size)
  }

  /** Values added so far, forgotten ones included. */
  get count(): number {
    return this.#added
  }

  /** NaN while nothing was added. O(size log size) after a value. */
  get median(): number {
    this.#median ??= medianOf(this.#values.slice(0, Math.min(this.#added, this.#values.length)))
    return this.#median
  }

  add(value: number): void {
    this.#values[this.#added++ % this.#values.length] = value
    this.#median = undefined
  }

  copy(): RecentMedian {
    const copy = new RecentMedian(this.#values.length)
    copy.#values.set(this.#values)
    copy.#added = this.#added
    copy.#median = this.#median
    return copy
  }
}

function medianOf(values: Float64Array): number {
  const sorted = values.sort()
  const middle = sorted.length >> 1
  const upper = sorted[middle] as number
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2
}
