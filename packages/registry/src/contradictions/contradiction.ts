import { configurationText } from '../measurements/configurations.js'
import type { Citation, Measurement } from '../registry-file/measurement.js'
import { figureValue } from '../registry-file/measurement.js'
import type { Claim } from '../registry-file/registry.js'

/** The rule by which two statements contradict each other. */
export type ContradictionRule =
  | 'claims'
  | 'works-or-fails'
  | 'pairs'
  | 'speeds'
  | 'qualities'
  | 'one-figure-two-models'
  | 'reduction-that-is-none'
  | 'deprecated-but-used'
  | 'implausible'

/** One side of a contradiction. */
export interface ContradictionSide {
  /** What this side says, in a few words: `no`, `10`, `12.7 ×`. */
  readonly value: string
  /** The words or figures of the source. */
  readonly says: string
  readonly source: Citation
  readonly date: string
}

/** Statements of a registry that cannot all be true. */
export interface Contradiction {
  readonly rule: ContradictionRule
  /** What they are about. */
  readonly about: string
  /** The oldest first. */
  readonly sides: readonly ContradictionSide[]
}

/** A contradiction with its sides in order; each line stands once for each value. */
export function contradiction(
  rule: ContradictionRule,
  about: string,
  sides: readonly ContradictionSide[],
): Contradiction {
  const once = new Map(sides.map((side) => [`${side.source} ${side.value}`, side]))
  return { rule, about, sides: [...once.values()].toSorted((a, b) => a.date.localeCompare(b.date)) }
}

/** A claim as a side. */
export function claimSide({ value, text, source, date }: Claim): ContradictionSide {
  return { value, says: text, source, date }
}

/** A measurement as a side; its value is the speed-up where there is one. */
export function measurementSide(measurement: Measurement): ContradictionSide {
  const { source, date, outcome, speedup, tokensPerSecond, acceptanceRate } = measurement
  const figures = [
    outcome,
    speedup === undefined ? undefined : `${figureValue(speedup)} ×`,
    tokensPerSecond === undefined ? undefined : `${figureValue(tokensPerSecond)} tokens/s`,
    acceptanceRate === undefined ? undefined : `${Number((100 * figureValue(acceptanceRate)).toFixed(2))} % accepted`,
  ].filter((figure) => figure !== undefined)
  return {
    value: figures[0] ?? 'nothing',
    says: `${configurationText(measurement)}: ${figures.join(', ')}`,
    source,
    date,
  }
}
