import { type SweepResult, sweepLength, sweepTemperature } from '@foretoken/adaptive-k'
import { SpeculationError } from '@foretoken/contract'
import { PairedRuns } from './paired-runs.js'
import type { TunedValue, TuneRow, TuneSweep } from './tune-result.js'
import { verdictOf } from './verdict.js'
import type { Setup, Workload } from './workload.js'

/** What is varied, and how. */
export interface SweepPlan {
  readonly varied: TuneSweep['varied']
  readonly values: readonly TunedValue[]
  readonly setupOf: (value: TunedValue) => Setup
}

/** How a sweep is run. */
export interface RunSweepOptions {
  readonly workload: Workload
  readonly repetitions: number
  readonly signal: AbortSignal
  /** Hears what is measured next. */
  readonly onMeasure: (progress: SweepProgress) => void
}

/** How far a sweep is. */
export interface SweepProgress {
  readonly value: TunedValue
  /** 0 for the first. */
  readonly round: number
  /** Measurements so far. */
  readonly done: number
  /** Measurements if no value is dropped early. */
  readonly most: number
}

/** Measures the values in turns. One that is cancelled has rows of what was measured by then, and no best value. */
export async function runSweep(plan: SweepPlan, options: RunSweepOptions): Promise<TuneSweep> {
  const { varied, values, setupOf } = plan
  const { repetitions, signal, workload, onMeasure } = options
  const runs = new PairedRuns(workload, setupOf)
  const measure = (value: TunedValue): Promise<number> => {
    const done = runs.measurements
    onMeasure({ value, round: runs.roundOf(value), done, most: values.length * repetitions })
    return runs.measure(value)
  }
  const result = await unlessAborted(swept(plan, measure, { repetitions, signal }))
  const rows = values.map((value, index) => runs.row(value, outcomeOf(index, value, result)))
  const sweep = { varied, rows: result === undefined ? rows.filter(({ measurements }) => measurements > 0) : rows }
  if (result === undefined) return { ...sweep, verdict: verdictOf(sweep) }
  const found = { ...sweep, best: result.best, confidence: result.confidence }
  return { ...found, verdict: verdictOf(found) }
}

interface Swept extends Omit<SweepResult, 'best'> {
  readonly best: TunedValue
}

async function swept(
  { varied, values }: SweepPlan,
  measure: (value: TunedValue) => Promise<number>,
  options: { readonly repetitions: number; readonly signal: AbortSignal },
): Promise<Swept> {
  if (values.every((value) => typeof value === 'number')) {
    const sweepOver = varied === 'k' ? sweepLength : sweepTemperature
    return sweepOver(measure, values, options)
  }
  // Names have no order and no distance, and the sweep asks for neither.
  const places = values.map((_, index) => index)
  const result = await sweepLength((place) => measure(values[place] as TunedValue), places, options)
  return { ...result, best: values[result.best] as TunedValue }
}

async function unlessAborted(result: Promise<Swept>): Promise<Swept | undefined> {
  try {
    return await result
  } catch (error) {
    if (SpeculationError.is(error, 'ERR_ABORTED')) return undefined
    throw error
  }
}

/** What was still measured in the last round was not told from the best. */
function outcomeOf(index: number, value: TunedValue, result: Swept | undefined): TuneRow['outcome'] {
  if (result === undefined) return ''
  if (value === result.best) return 'best'
  return result.rows[index]?.isDropped === true ? 'worse' : 'as-good'
}
