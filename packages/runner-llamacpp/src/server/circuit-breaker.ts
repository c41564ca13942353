import { backoffMs } from './backoff.js'

/** Options of {@link CircuitBreaker}. */
export interface CircuitBreakerOptions {
  /** Failures in a row that open it (1 or more). */
  readonly failures: number
  /** How long it stays open the first time, in milliseconds; each further time twice as long. */
  readonly openMs: number
  /** Never longer, in milliseconds. */
  readonly longestOpenMs: number
  /**
   * Milliseconds of any clock that does not go back.
   * @defaultValue performance.now
   */
  readonly now?: () => number
  /**
   * Draws from 0 to below 1; half of the time that it stays open is chance.
   * @defaultValue Math.random
   */
  readonly random?: () => number
}

/** Leave to try; told at most once how it went. */
export interface BreakerPass {
  succeed(): void
  fail(): void
  /** Neither: the caller gave up. */
  leave(): void
}

/**
 * Keeps callers from a server that fails again and again. Closed, everybody passes; open, nobody does; half-open, one caller
 * at a time tries whether it is well again. What a pass from before the last change of state comes to says nothing any more.
 */
export class CircuitBreaker {
  readonly #options: CircuitBreakerOptions
  readonly #now: () => number
  /** In a row, while closed. */
  #failures = 0
  /** Times that it opened without having closed since. */
  #openings = 0
  #openUntilMs = 0
  #isProbing = false
  /** Grows with every change of state. */
  #era = 0

  constructor(options: CircuitBreakerOptions) {
    this.#options = options
    this.#now = options.now ?? (() => performance.now())
  }

  get state(): 'closed' | 'open' | 'half-open' {
    if (this.#openings === 0) return 'closed'
    return this.#now() < this.#openUntilMs ? 'open' : 'half-open'
  }

  /** How long nobody passes yet, in milliseconds. */
  get waitMs(): number {
    return this.#openings === 0 ? 0 : Math.max(0, this.#openUntilMs - this.#now())
  }

  /** Whether {@link enter} would give a pass. */
  get admits(): boolean {
    return this.state === 'closed' || (this.state === 'half-open' && !this.#isProbing)
  }

  /** A pass; undefined where nobody passes now. */
  enter(): BreakerPass | undefined {
    if (!this.admits) return undefined
    if (this.#openings > 0) this.#isProbing = true
    const era = this.#era
    let isSettled = false
    const settle = (change: () => void) => (): void => {
      if (isSettled || era !== this.#era) return
      isSettled = true
      this.#isProbing = false
      change()
    }
    return { succeed: settle(() => this.#close()), fail: settle(() => this.#fail()), leave: settle(() => {}) }
  }

  #close(): void {
    this.#failures = 0
    if (this.#openings === 0) return
    this.#openings = 0
    this.#era++
  }

  #fail(): void {
    this.#failures++
    if (this.#openings === 0 && this.#failures < this.#options.failures) return
    this.#openings++
    const { openMs, longestOpenMs, random } = this.#options
    const times = { firstMs: openMs, longestMs: longestOpenMs, ...(random && { random }) }
    this.#openUntilMs = this.#now() + backoffMs(this.#openings, times)
    this.#era++
  }
}
