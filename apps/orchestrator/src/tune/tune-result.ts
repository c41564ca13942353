/** The object that `foretoken tune … --json` prints. Rates are 0 to 1. */
export interface TuneResult {
  readonly what: 'k' | 'temp' | 'drafter'
  /** Path of the model. */
  readonly model: string
  readonly engine: string
  readonly engineVersion: string
  /** Where the layers run. */
  readonly backend: string
  readonly threads: number
  /** Who drafted; empty where that was varied. */
  readonly drafter: string
  /** How many prompts one measurement answers. */
  readonly prompts: number
  /** Most tokens of one answer. */
  readonly maxTokens: number
  /** Most measurements of one value. */
  readonly repetitions: number
  /** Whether it ran to its end; an interrupted one has no `best`. */
  readonly complete: boolean
  readonly sweeps: readonly TuneSweep[]
}

/** What was found by varying one thing. */
export interface TuneSweep {
  readonly varied: 'k' | 'temperature' | 'draft-temperature' | 'drafter'
  readonly rows: readonly TuneRow[]
  /** The value with the highest median; absent where the sweep was interrupted. */
  readonly best?: TunedValue
  /** P(no other value is better), as far as the measurements tell; absent where the sweep was interrupted. */
  readonly confidence?: number
  /** The same in a sentence. */
  readonly verdict: string
}

/** A draft length or a temperature, or a drafter's name. For lengths 0 is drafting off, for drafters `none`. */
export type TunedValue = number | string

/** What was measured at one value. */
export interface TuneRow {
  readonly value: TunedValue
  /** How often all prompts were answered with it. */
  readonly measurements: number
  /** Median of the speeds against drafting off in the same round; below 1, drafting was slower. */
  readonly speedup: number
  /** Least and greatest. */
  readonly speedupRange: readonly [least: number, most: number]
  /** Median, without the time of the prompts. */
  readonly tokensPerSecond: number
  readonly tokensPerStep: number
  readonly draftedTokens: number
  readonly acceptedTokens: number
  readonly acceptanceRate: number
  /** How it compares with the best value, beyond the noise; empty where the sweep was interrupted. */
  readonly outcome: '' | 'best' | 'as-good' | 'worse'
}
