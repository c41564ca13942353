import { assertPositive } from './assert-positive.js'
import { type Measure, type SweepOptions, type SweepResult, sweep } from './sweep.js'

/**
 * Finds the temperature, of the target or of the draft model, with the highest rate. A little warmth made some pairs of models
 * twice as fast and others slower, so it is measured.
 *
 * @param measure - runs the workload once at a temperature and returns its rate, such as tokens per second
 * @param temperatures - temperatures to try (from 0 on); those of the project's first reports if left out
 */
export async function sweepTemperature(
  measure: Measure,
  temperatures: readonly number[] = [0, 0.3, 0.5, 0.7],
  options: SweepOptions = {},
): Promise<SweepResult> {
  for (const temperature of temperatures) assertPositive('a temperature', temperature, 0)
  return sweep(temperatures, measure, options)
}
