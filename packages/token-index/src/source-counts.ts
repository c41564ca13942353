import { SpeculationError } from '@foretoken/contract'

/** How drafted tokens of one source did, as far as the text went with the draft. */
export interface SourceStats {
  /** Drafted tokens that the text has confirmed or refuted. */
  readonly attempts: number
  readonly hits: number
  /** `hits / attempts`; 0 when nothing was attempted. */
  readonly hitRate: number
}

/** Drafted tokens by where they were copied from. */
export interface SourceStatsByKind {
  /** From the text that is being written. */
  readonly ownText: SourceStats
  /** From other texts of its conversation. */
  readonly session: SourceStats
  /** From earlier requests. */
  readonly earlierRequests: SourceStats
  /** From an imported corpus. */
  readonly corpus: SourceStats
}

export type Source = keyof SourceStatsByKind

const sources: readonly Source[] = ['ownText', 'session', 'earlierRequests', 'corpus']

/** Counts hits by source. */
export class SourceCounts {
  /** Per source: attempts, then hits. */
  readonly #counts = new Float64Array(2 * sources.length)

  /** Goes on from counts that were saved. Throws `ERR_MEMORY_FORMAT` unless they are sound. */
  static from(state: Float64Array): SourceCounts {
    if (state.length !== 2 * sources.length || !state.every((count) => Number.isSafeInteger(count) && count >= 0))
      throw new SpeculationError('ERR_MEMORY_FORMAT', 'the saved counts are damaged; delete them, they are made again')
    const counts = new SourceCounts()
    counts.#counts.set(state)
    return counts
  }

  count(source: Source, isHit: boolean): void {
    const at = 2 * sources.indexOf(source)
    this.#counts[at] = (this.#counts[at] as number) + 1
    if (isHit) this.#counts[at + 1] = (this.#counts[at + 1] as number) + 1
  }

  stats(): SourceStatsByKind {
    const [ownText, session, earlierRequests, corpus] = sources.map((_, index) => this.#of(index)) as [
      SourceStats,
      SourceStats,
      SourceStats,
      SourceStats,
    ]
    return { ownText, session, earlierRequests, corpus }
  }

  /** A copy, to be saved. */
  state(): Float64Array {
    return this.#counts.slice()
  }

  #of(index: number): SourceStats {
    const attempts = this.#counts[2 * index] as number
    const hits = this.#counts[2 * index + 1] as number
    return { attempts, hits, hitRate: attempts === 0 ? 0 : hits / attempts }
  }
}
