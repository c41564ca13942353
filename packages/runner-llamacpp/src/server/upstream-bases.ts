import { SpeculationError } from '@foretoken/contract'
import { CircuitBreaker, type CircuitBreakerOptions } from './circuit-breaker.js'

/** One of the servers that answer the same. */
export interface UpstreamState {
  readonly url: string
  /** Requests that it is working on for us. */
  readonly pending: number
  /** `open`: it failed too often, and nobody asks it for now. */
  readonly circuit: 'closed' | 'open' | 'half-open'
  /** Why the last attempt failed; absent after one that did not. */
  readonly failure?: string
}

/** A place at one server, until it is disposed of. */
export interface BaseLease extends Disposable {
  readonly url: string
  /** It has begun to answer. */
  succeed(): void
  /** It did not answer, or broke off. */
  fail(words: string): void
}

interface Base {
  readonly url: string
  readonly breaker: CircuitBreaker
  pending: number
  failure: string | undefined
}

/** Chooses who is asked: of those that may be asked, the one with the fewest of our requests. */
export class UpstreamBases {
  readonly #bases: readonly Base[]
  #turn = 0

  constructor(urls: readonly string[], options: CircuitBreakerOptions) {
    this.#bases = urls.map((url) => ({ url, breaker: new CircuitBreaker(options), pending: 0, failure: undefined }))
  }

  get states(): readonly UpstreamState[] {
    return this.#bases.map(({ url, breaker, pending, failure }) => ({
      ...{ url, pending, circuit: breaker.state },
      ...(failure !== undefined && { failure }),
    }))
  }

  /** Whether somebody may be asked who is not in this set. */
  hasOther(tried: ReadonlySet<string>): boolean {
    return this.#bases.some(({ url, breaker }) => breaker.admits && !tried.has(url))
  }

  /** Prefers servers that were not tried yet. Throws `ERR_ENGINE_LOST` where nobody may be asked. */
  lease(tried: ReadonlySet<string>): BaseLease {
    const open = this.#bases.filter(({ breaker }) => breaker.admits)
    const fresh = open.filter(({ url }) => !tried.has(url))
    const candidates = fresh.length > 0 ? fresh : open
    const least = Math.min(...candidates.map(({ pending }) => pending))
    const best = candidates.filter(({ pending }) => pending === least)
    const base = best[this.#turn++ % best.length]
    const pass = base?.breaker.enter()
    if (base === undefined || pass === undefined) throw this.#nobody()
    base.pending++
    let hasBegun = false
    return {
      url: base.url,
      succeed: () => {
        hasBegun = true
        base.failure = undefined
        pass.succeed()
      },
      fail: (words) => {
        base.failure = words
        // An answer that breaks off is a failure of its own.
        const open = hasBegun ? base.breaker.enter() : pass
        open?.fail()
      },
      [Symbol.dispose]: () => {
        base.pending--
        pass.leave()
      },
    }
  }

  #nobody(): SpeculationError<'ERR_ENGINE_LOST'> {
    const told = this.#bases.map(({ url, failure }) => failure ?? `${url} is being tried`)
    const waitMs = Math.min(...this.#bases.map(({ breaker }) => breaker.waitMs))
    const retryAfterSeconds = Math.max(1, Math.ceil(waitMs / 1000))
    const message = `no server may be asked for another ${retryAfterSeconds} s: ${told.join('; ')}`
    return new SpeculationError('ERR_ENGINE_LOST', message, { details: { retryAfterSeconds } })
  }
}
