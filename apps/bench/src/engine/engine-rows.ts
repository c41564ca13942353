import { type Spread, spread } from '../spread.js'
import type { EngineRun, RunName } from './engine-runs.js'
import { costOf, type WidthCost, widthCosts } from './width-cost.js'

/** All texts of one engine in one round. */
export type EngineRound = Readonly<Record<RunName, EngineRun>>

/** Microseconds of steps outside `llama_decode`: on a busy machine most steps wait for a core, and the least says more. */
export interface Outside {
  readonly median: number
  /** Absent where it is not known of each step what `llama_decode` took. */
  readonly least?: number
}

/** What one kind of drafting brought on one engine. */
export interface EngineRow {
  readonly engine: string
  readonly drafter: Exclude<RunName, 'widths'>
  readonly tokensPerSecond: Spread
  /** Against the plain decoding of the same engine and round. */
  readonly speedup: Spread
  /** What a step costs by the curve of the same round, as a share of what it took. */
  readonly ofCostCurve: Spread
  /** Microseconds of a step outside `llama_decode`; absent where the engine does not count. */
  readonly outsideUs?: Outside
  /** Against `llama-bench` in the same round; of plain decoding only. */
  readonly againstLlamaBench?: Spread
}

/** An engine's cost by width over all rounds, and its rows. */
export interface EngineResult {
  readonly engine: string
  readonly costs: readonly WidthCost[]
  readonly rows: readonly EngineRow[]
}

const shown = ['plain', 'oracle 8', 'oracle 16', 'hopeless 8'] as const

/** Reads an engine's rounds; `llamaBench` has a speed for each of them, or none. */
export function engineResult(
  engine: string,
  rounds: readonly EngineRound[],
  llamaBench: readonly number[],
): EngineResult {
  const rows = shown.map((drafter): EngineRow => {
    const runs = rounds.map((round) => round[drafter])
    const outside = outsideOf(runs)
    const compared = drafter === 'plain' && llamaBench.length > 0
    return {
      engine,
      drafter,
      tokensPerSecond: spread(runs.map(speedOf)),
      speedup: spread(rounds.map((round) => speedOf(round[drafter]) / speedOf(round.plain))),
      ofCostCurve: spread(rounds.map((round) => ofCostCurve(round, drafter))),
      ...(outside && { outsideUs: outside }),
      ...(compared && { againstLlamaBench: spread(runs.map((run, index) => speedOf(run) / (llamaBench[index] ?? 0))) }),
    }
  })
  return { engine, costs: widthCosts(rounds.flatMap((round) => round.widths.steps)), rows }
}

/** The steps of some texts outside `llama_decode`; nothing where nobody knows. */
export function outsideOf(runs: readonly Pick<EngineRun, 'steps' | 'decodeMs'>[]): Outside | undefined {
  const times = runs.flatMap(({ steps, decodeMs }) =>
    decodeMs === undefined ? [] : steps.map(({ stepMs }, index) => 1_000 * (stepMs - (decodeMs[index] ?? Number.NaN))),
  )
  if (times.length === 0) return undefined
  const { median, min } = spread(times)
  return { median, least: min }
}

/** What a step costs by the curve of its round, as a share of what it took, in the middle of a text's steps. */
function ofCostCurve(round: EngineRound, drafter: RunName): number {
  const costs = widthCosts(round.widths.steps)
  return spread(round[drafter].steps.map(({ width, stepMs }) => costOf(costs, width) / stepMs)).median
}

function speedOf({ tokens, generateMs }: EngineRun): number {
  return (1_000 * tokens.length) / generateMs
}
