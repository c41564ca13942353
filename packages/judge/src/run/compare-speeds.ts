import { type BootstrapEstimate, bootstrap } from '../agreement/bootstrap.js'
import { type AnswerRow, rowKey } from '../store/answer-row.js'
import { type RunSpeed, summarizeSpeed } from '../store/run-speed.js'

/** How fast two runs wrote their answers to the same prompts. */
export interface SpeedComparison {
  /** Answers that were measured in both; inherited ones are not. */
  readonly answers: number
  readonly one: RunSpeed
  readonly other: RunSpeed
  /** Tokens per second of the second by those of the first, with its 95 % interval over answers. */
  readonly ratio: BootstrapEstimate
}

type RowPair = readonly [one: AnswerRow, other: AnswerRow]

/** Compares what was measured in both; `undefined` where nothing was. */
export function compareSpeeds(one: readonly AnswerRow[], other: readonly AnswerRow[]): SpeedComparison | undefined {
  const after = new Map(other.filter(isMeasured).map((row) => [rowKey(row), row]))
  const pairs = one.filter(isMeasured).flatMap((row): readonly RowPair[] => {
    const match = after.get(rowKey(row))
    return match === undefined ? [] : [[row, match]]
  })
  if (pairs.length === 0) return undefined
  const ratio = (sample: readonly RowPair[]): number => {
    const [before = 0, then = 0] = [0, 1].map((side) => tokensPerSecond(sample.map((pair) => pair[side] as AnswerRow)))
    return then / before
  }
  return {
    answers: pairs.length,
    one: summarizeSpeed(pairs.map(([row]) => row)),
    other: summarizeSpeed(pairs.map(([, row]) => row)),
    ratio: bootstrap(pairs, ratio, { resamples: 2000 }),
  }
}

function isMeasured({ generation, usage }: AnswerRow): boolean {
  return generation !== undefined && generation.generateMs > 0 && (usage?.completionTokens ?? 0) > 0
}

function tokensPerSecond(rows: readonly AnswerRow[]): number {
  return summarizeSpeed(rows).tokensPerSecond ?? Number.NaN
}
