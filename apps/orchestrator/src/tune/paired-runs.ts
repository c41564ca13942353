import type { TunedValue, TuneRow } from './tune-result.js'
import type { Figures, Setup, Workload } from './workload.js'

/** One measurement of a value. */
interface Pair {
  /** Its speed by that of drafting off in the same round. */
  readonly speedup: number
  readonly figures: Figures
}

/**
 * Measures values against drafting off, which is run once a round and temperature. A machine that gets slower or faster
 * between two rounds treats both alike, and the ratio does not change.
 */
export class PairedRuns {
  readonly #workload: Workload
  readonly #setupOf: (value: TunedValue) => Setup
  readonly #plain = new Map<string, Figures>()
  readonly #pairs = new Map<TunedValue, Pair[]>()

  constructor(workload: Workload, setupOf: (value: TunedValue) => Setup) {
    this.#workload = workload
    this.#setupOf = setupOf
  }

  /** How often something was measured. */
  get measurements(): number {
    let count = 0
    for (const pairs of this.#pairs.values()) count += pairs.length
    return count
  }

  /** How often a value was measured. */
  roundOf(value: TunedValue): number {
    return this.#pairs.get(value)?.length ?? 0
  }

  /** Measures once and returns how many times as fast as drafting off it is, which against itself is 1. */
  async measure(value: TunedValue): Promise<number> {
    const setup = this.#setupOf(value)
    const plain = await this.#plainRun(this.roundOf(value), setup)
    const figures = setup.create === undefined ? plain : await this.#workload.run(setup)
    const speedup = figures.tokensPerSecond / plain.tokensPerSecond
    this.#pairs.set(value, [...(this.#pairs.get(value) ?? []), { speedup, figures }])
    return speedup
  }

  /** What is known of a value. */
  row(value: TunedValue, outcome: TuneRow['outcome']): TuneRow {
    const pairs = this.#pairs.get(value) ?? []
    const sum = (figure: (figures: Figures) => number) =>
      pairs.reduce((total, { figures }) => total + figure(figures), 0)
    const draftedTokens = sum((figures) => figures.draftedTokens)
    const acceptedTokens = sum((figures) => figures.acceptedTokens)
    const speedups = pairs.map(({ speedup }) => speedup)
    return {
      value,
      measurements: pairs.length,
      speedup: median(speedups),
      speedupRange: pairs.length === 0 ? [0, 0] : [Math.min(...speedups), Math.max(...speedups)],
      tokensPerSecond: median(pairs.map(({ figures }) => figures.tokensPerSecond)),
      tokensPerStep: ratio(
        sum((figures) => figures.tokens),
        sum((figures) => figures.steps),
      ),
      draftedTokens,
      acceptedTokens,
      acceptanceRate: ratio(acceptedTokens, draftedTokens),
      outcome,
    }
  }

  async #plainRun(round: number, { sampling }: Setup): Promise<Figures> {
    const key = `${round} ${sampling?.temperature ?? 0}`
    const known = this.#plain.get(key)
    if (known !== undefined) return known
    const figures = await this.#workload.run({ ...(sampling && { sampling }) })
    this.#plain.set(key, figures)
    return figures
  }
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = (sorted.length - 1) / 2
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2
}
