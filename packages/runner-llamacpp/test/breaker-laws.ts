import fc from 'fast-check'
import type { BreakerPass, CircuitBreaker, CircuitBreakerOptions } from '../src/server/circuit-breaker.js'

type Outcome = keyof BreakerPass

type Action =
  | { readonly kind: 'enter' }
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'settle'; readonly which: number; readonly outcome: Outcome }
  /** Enters and settles at once. */
  | { readonly kind: 'try'; readonly outcome: Outcome }

/** Makes what is to be tested. */
export type MakeBreaker = (options: CircuitBreakerOptions) => Pick<CircuitBreaker, 'enter'>

const outcome = fc.constantFrom<Outcome>('succeed', 'fail', 'fail', 'fail', 'fail', 'leave')

const histories: fc.Arbitrary<readonly Action[]> = fc.array(
  fc.oneof(
    { weight: 2, arbitrary: fc.constant<Action>({ kind: 'enter' }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('settle' as const), which: fc.nat({ max: 9 }), outcome }) },
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('try' as const), outcome }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 400 }) }) },
  ),
  { minLength: 20, maxLength: 60, size: 'max' },
)

const times = { failures: 3, openMs: 100, longestOpenMs: 400 }

/** Follows a breaker along any history and holds every answer against its sentence. Returns how often one opened. */
export function checkBreaker(make: MakeBreaker): number {
  let trips = 0
  fc.assert(
    fc.property(
      histories,
      fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { minLength: 5 }),
      (history, draws) => {
        const reader = new BreakerReader(make, draws)
        for (const action of history) reader.do(action)
        trips += reader.trips
      },
    ),
    { numRuns: 500 },
  )
  return trips
}

/** Knows what a reader of the breaker's sentence knows, without its code. */
class BreakerReader {
  trips = 0
  readonly #breaker: Pick<CircuitBreaker, 'enter'>
  readonly #out: { readonly pass: BreakerPass; readonly era: number }[] = []
  #nowMs = 0
  #era = 0
  #openings = 0
  #openedMs = 0
  #failuresInRow = 0
  #probes = 0

  constructor(make: MakeBreaker, draws: readonly number[]) {
    let drawn = 0
    const random = (): number => draws[drawn++ % draws.length] ?? 0
    this.#breaker = make({ ...times, now: () => this.#nowMs, random })
  }

  do(action: Action): void {
    if (action.kind === 'wait') this.#nowMs += action.ms
    else if (action.kind === 'settle') this.#settle(action.which % Math.max(1, this.#out.length), action.outcome)
    else if (this.#enter() && action.kind === 'try') this.#settle(this.#out.length - 1, action.outcome)
  }

  #enter(): boolean {
    const pass = this.#breaker.enter()
    const expected = this.#expected()
    if (expected !== 'either' && (pass !== undefined) !== (expected === 'passes')) {
      throw new Error(`${this.#openings} openings, ${this.#probes} probes: expected that a caller ${expected}`)
    }
    if (pass === undefined) return false
    if (this.#openings > 0) this.#probes++
    this.#out.push({ pass, era: this.#era })
    return true
  }

  #expected(): 'passes' | 'waits' | 'either' {
    if (this.#openings === 0) return 'passes'
    if (this.#probes > 0) return 'waits'
    const longestMs = Math.min(times.longestOpenMs, times.openMs * 2 ** (this.#openings - 1))
    const ageMs = this.#nowMs - this.#openedMs
    if (ageMs < longestMs / 2) return 'waits'
    return ageMs >= longestMs ? 'passes' : 'either'
  }

  #settle(index: number, outcome: Outcome): void {
    const [one] = this.#out.splice(index, 1)
    if (one === undefined) return
    one.pass[outcome]()
    // What a pass from before the last change comes to says nothing.
    if (one.era !== this.#era) return
    if (this.#openings > 0) this.#probes--
    if (outcome === 'succeed') this.#close()
    if (outcome === 'fail') this.#fail()
  }

  #close(): void {
    this.#failuresInRow = 0
    if (this.#openings === 0) return
    this.#openings = 0
    this.#era++
  }

  #fail(): void {
    this.#failuresInRow++
    if (this.#openings === 0 && this.#failuresInRow < times.failures) return
    this.#openings++
    this.#openedMs = this.#nowMs
    this.#era++
    this.trips++
  }
}
