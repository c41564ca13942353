/** What a server did in a turn. */
export interface TurnRates {
  /** Plain decoding. */
  readonly off: boolean
  readonly tokensPerSecond: number
  readonly tokensPerProcessorSecond: number
}

/** Rates in turns, each of drafting beside one of plain decoding. */
export interface PairedTurns {
  readonly drafting: readonly number[]
  readonly plain: readonly number[]
  /** Drafting to plain decoding: the median of all pairs, since a machine's speed drifts by more than the two differ. */
  readonly ratio: number
  /** Where that median lies in 95 of 100 soaks, by order statistics. */
  readonly interval: readonly [low: number, high: number]
}

/** Whether a turn is of plain decoding: each goes first in every other pair. */
export function isPlainTurn(turn: number): boolean {
  return turn % 4 === 1 || turn % 4 === 2
}

/** Compares turns with their neighbours; what has no neighbour is left out. */
export function pairedTurns(turns: readonly TurnRates[], rate: (turn: TurnRates) => number): PairedTurns {
  const drafting = turns.filter(({ off }) => !off).map(rate)
  const plain = turns.filter(({ off }) => off).map(rate)
  const ratios = drafting
    .slice(0, plain.length)
    .map((value, pair) => value / (plain[pair] ?? Number.NaN))
    .toSorted((one, other) => one - other)
  const at = (rank: number) => ratios[Math.min(ratios.length - 1, Math.max(0, rank))] ?? Number.NaN
  const middle = (ratios.length - 1) / 2
  const half = NORMAL_95 * Math.sqrt(ratios.length) * 0.5
  return {
    ...{ drafting, plain },
    ratio: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2,
    interval: [at(Math.floor(middle - half)), at(Math.ceil(middle + half))],
  }
}

/** Standard deviations to either side that hold 95 % of a normal distribution. */
const NORMAL_95 = 1.96
