/** How drafted tokens of one source did, as far as the text went with the draft. */
export interface SourceStats {
  /** Drafted tokens that the text has confirmed or refuted. */
  readonly attempts: number
  readonly hits: number
  /** `hits / attempts`; 0 when nothing was attempted. */
  readonly hitRate: number
}

/** Drafted tokens by where their longest copy stands. */
export interface SourceStatsByKind {
  /** In the request's own conversation, written by a prompt. */
  readonly ownPrompt: SourceStats
  /** In the request's own conversation, written by the model. */
  readonly ownOutput: SourceStats
  /** In another conversation, written by a prompt. */
  readonly otherPrompt: SourceStats
  /** In another conversation, written by the model. */
  readonly otherOutput: SourceStats
}

/** Counts hits by kind of source. */
export class SourceCounts {
  readonly #attempts = new Float64Array(4)
  readonly #hits = new Float64Array(4)

  /** `kind`: 1 in its own conversation, plus 2 if the model wrote it. */
  count(kind: number, isHit: boolean): void {
    this.#attempts[kind] = (this.#attempts[kind] as number) + 1
    if (isHit) this.#hits[kind] = (this.#hits[kind] as number) + 1
  }

  stats(): SourceStatsByKind {
    return { otherPrompt: this.#of(0), ownPrompt: this.#of(1), otherOutput: this.#of(2), ownOutput: this.#of(3) }
  }

  #of(kind: number): SourceStats {
    const attempts = this.#attempts[kind] as number
    const hits = this.#hits[kind] as number
    return { attempts, hits, hitRate: attempts === 0 ? 0 : hits / attempts }
  }
}
