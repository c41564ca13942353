import type { PairedTurns } from './paired-turns.js'
import type { ProcessFigures } from './process-figures.js'

/** What became of a soak. */
export interface SoakReport {
  readonly clients: number
  readonly slots: number
  readonly seconds: number
  /** Whether clients cut off and the engine was killed. */
  readonly chaos: boolean
  readonly answers: number
  /** Whole answers that are not what a single client got; parts of one that are no beginning of it. */
  readonly different: number
  /** Answers that a client did not get to their end without having cut them off itself, by reason. */
  readonly failures: Readonly<Record<string, number>>
  readonly cutOff: number
  readonly engineKills: number
  readonly queueMs: { readonly p50: number; readonly p99: number; readonly most: number }
  /** Committed tokens a second, in turns. */
  readonly goodput: PairedTurns
  /** The same by seconds of processor time, which others on the machine change less; absent where the engine was killed. */
  readonly goodputByProcessor?: PairedTurns
  /** Figures at rest: those of a server that keeps nothing are the same halfway and afterwards. */
  readonly before: ProcessFigures
  readonly halfway: ProcessFigures
  readonly after: ProcessFigures
}
