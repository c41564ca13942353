import { assertInteger, SpeculationError } from '@foretoken/contract'
import { assertPositive } from './assert-positive.js'

/** Options of {@link sweepLength} and {@link sweepTemperature}. */
export interface SweepOptions {
  /**
   * Most measurements of one value (3 to 1,000).
   * @defaultValue 9
   */
  readonly repetitions?: number
  /**
   * How sure one must be that a value is not the best to measure it no further, and that the best one is to stop
   * (0.5 to 1, exclusively).
   * @defaultValue 0.95
   */
  readonly confidence?: number
  /** Hears of every measurement. */
  readonly onMeasure?: (measurement: SweepMeasurement) => void
  /** Stops the sweep by throwing `ERR_ABORTED`. */
  readonly signal?: AbortSignal
}

/** One call of `measure`. */
export interface SweepMeasurement {
  readonly value: number
  /** What `measure` returned; more is better. */
  readonly rate: number
}

/** What was found about one value. */
export interface SweepRow {
  readonly value: number
  readonly measurements: number
  readonly median: number
  /** Median distance from the median. */
  readonly spread: number
  /** Whether it was measured no further before the end, being unlikely to be the best. */
  readonly isDropped: boolean
}

/** What a sweep found. */
export interface SweepResult {
  /** The value with the highest median. */
  readonly best: number
  /** P(no other value is better), as far as the measurements tell (0 to 1). */
  readonly confidence: number
  /** In the order in which the values were given. */
  readonly rows: readonly SweepRow[]
}

/** Measures a rate, such as tokens per second, at one value. */
export type Measure = (value: number) => number | Promise<number>

/**
 * Measures all values in turns, round after round, so that a machine that gets slower or faster treats all alike; the
 * order changes from round to round. From the third round on a value that is most likely not the best is dropped, and
 * the sweep ends once one is left.
 */
export async function sweep(values: readonly number[], measure: Measure, options: SweepOptions): Promise<SweepResult> {
  const { repetitions = 9, confidence = 0.95, onMeasure, signal } = options
  assertInteger('the number of values', values.length, { min: 1, max: 1_000 })
  assertInteger('repetitions', repetitions, { min: 3, max: 1_000 })
  assertConfidence(confidence)
  const tried = values.map((value) => new Tried(value))
  const measureOne = async (one: Tried): Promise<void> => {
    if (signal?.aborted) throw new SpeculationError('ERR_ABORTED', 'the sweep was cancelled', { cause: signal.reason })
    const rate = await measure(one.value)
    assertPositive('what measure returns', rate, 0)
    one.rates.push(rate)
    onMeasure?.({ value: one.value, rate })
  }
  for (let round = 0; round < repetitions; round++) {
    const going = tried.filter(({ isDropped }) => !isDropped)
    // A single value is measured a few times too: its row is a result as well.
    if (going.length === 1 && round >= fewestRounds) break
    const start = round % going.length
    for (const one of [...going.slice(start), ...going.slice(0, start)]) await measureOne(one)
    if (round + 1 >= fewestRounds) dropHopeless(going, confidence)
  }
  const best = bestOf(tried)
  return {
    best: best.value,
    confidence: Math.min(1, ...tried.filter((one) => one !== best).map((one) => superiority(best, one))),
    rows: tried.map((one) => one.row),
  }
}

function dropHopeless(going: readonly Tried[], confidence: number): void {
  const best = bestOf(going)
  for (const one of going) if (one !== best && superiority(best, one) > confidence) one.isDropped = true
}

const fewestRounds = 3

class Tried {
  readonly value: number
  readonly rates: number[] = []
  isDropped = false

  constructor(value: number) {
    this.value = value
  }

  get median(): number {
    return medianOf(this.rates)
  }

  get spread(): number {
    const { median } = this
    return medianOf(this.rates.map((rate) => Math.abs(rate - median)))
  }

  get row(): SweepRow {
    const { value, rates, median, spread, isDropped } = this
    return { value, measurements: rates.length, median, spread, isDropped }
  }
}

function bestOf(tried: readonly Tried[]): Tried {
  return tried.reduce((best, one) => (one.median > best.median ? one : best))
}

/** P(the median of `one` is above that of `other`), both taken for normal. */
function superiority(one: Tried, other: Tried): number {
  const error = Math.hypot(medianError(one), medianError(other))
  const distance = one.median - other.median
  if (error === 0) return distance > 0 ? 1 : 0.5
  // The logistic curve that is nearest to the normal one.
  return 1 / (1 + Math.exp((-1.702 * distance) / error))
}

/** Standard error of a median, from the spread of what it is the median of; small samples show too little spread. */
function medianError({ spread, rates }: Tried): number {
  const deviation = 1.4826 * spread * (1 + 2 / rates.length)
  return (1.2533 * deviation) / Math.sqrt(rates.length)
}

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NEGATIVE_INFINITY
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2
}

function assertConfidence(confidence: number): void {
  if (confidence > 0.5 && confidence < 1) return
  throw new SpeculationError('ERR_OPTION_INVALID', `confidence must be a number between 0.5 and 1, got ${confidence}`, {
    details: { option: 'confidence', value: confidence },
  })
}
