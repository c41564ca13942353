import { type Citation, type Configuration, figureValue, type Measurement } from '../registry-file/measurement.js'
import type { Registry } from '../registry-file/registry.js'
import { accelerationOf, baselineKey, isIndependent } from './configurations.js'

/** How good the answers of a configuration are. */
export interface Quality {
  /** Share of the points. */
  readonly rate: number
  /** Suites that it was asked for and that were run; all of those that were run, where it was asked for none. */
  readonly suites: readonly string[]
  /** Least and most where there are several runs. */
  readonly range: readonly [least: number, most: number]
  /** Whether some of the suites, or of their questions, are missing. */
  readonly partial: boolean
  /** Whether it is the score of the same model without drafting, whose text is the same. */
  readonly inherited: boolean
  readonly sources: readonly Citation[]
}

/**
 * The quality of a configuration by its runs of the suites, whole ones before partial ones; drafting inherits the score of
 * the same model without. Scores that do not count are left out. `undefined` where it was never judged.
 */
export function qualityOf(
  registry: Registry,
  wanted: Configuration,
  suites: readonly string[] = [],
): Quality | undefined {
  const key = baselineKey(registry, wanted)
  const judged = registry.measurements
    .filter((one) => baselineKey(registry, one) === key && isJudged(registry, one))
    .map((one) => ({ one, score: scoreOf(one, suites) }))
    .filter(({ score }) => score !== undefined)
  const whole = judged.filter(
    ({ one, score }) => one.partial !== true && one.earlierSuites !== true && !misses(score?.suites, suites),
  )
  const counted = whole.length > 0 ? whole : judged
  const rates = counted.map(({ score }) => score?.rate ?? 0)
  if (rates.length === 0) return undefined
  return {
    rate: rates.reduce((sum, rate) => sum + rate, 0) / rates.length,
    suites: [...new Set(counted.flatMap(({ score }) => score?.suites ?? []))],
    range: [Math.min(...rates), Math.max(...rates)],
    partial: whole.length === 0,
    inherited: accelerationOf(wanted) !== 'plain',
    sources: [...new Set(counted.map(({ one }) => one.source))],
  }
}

function isJudged(registry: Registry, one: Measurement): boolean {
  return one.invalidScores === undefined && isIndependent(registry, one)
}

function scoreOf(one: Measurement, suites: readonly string[]): { rate: number; suites: readonly string[] } | undefined {
  const all = Object.entries(one.scores ?? {}).filter(([suite]) => suite !== 'total')
  // The published share counts suites that the table has no column for, too.
  if (suites.length === 0 && one.qualityRate !== undefined)
    return { rate: figureValue(one.qualityRate), suites: all.map(([suite]) => suite) }
  const asked = suites.length === 0 ? all : all.filter(([suite]) => suites.includes(suite))
  if (asked.length > 0) {
    const [points, of] = asked.reduce(([got, most], [, score]) => [got + score[0], most + score[1]], [0, 0])
    return { rate: points / of, suites: asked.map(([suite]) => suite) }
  }
  return undefined
}

function misses(run: readonly string[] = [], asked: readonly string[]): boolean {
  return asked.some((suite) => !run.includes(suite))
}
