/** How long to wait before another try. */
export interface BackoffOptions {
  /** Before the second try, in milliseconds. */
  readonly firstMs: number
  /** Never longer, in milliseconds. */
  readonly longestMs: number
  /**
   * Draws from 0 to below 1.
   * @defaultValue Math.random
   */
  readonly random?: () => number
}

/** Doubles with each failure; half of it is chance, so that many who failed together do not come back together. */
export function backoffMs(failures: number, { firstMs, longestMs, random = Math.random }: BackoffOptions): number {
  const most = Math.min(longestMs, firstMs * 2 ** Math.min(failures - 1, 30))
  return most * (0.5 + 0.5 * random())
}
