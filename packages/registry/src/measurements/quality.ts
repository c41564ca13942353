import { groupBy } from '../group-by.js'
import {
  type Citation,
  type Configuration,
  figureValue,
  type Measurement,
  type Score,
} from '../registry-file/measurement.js'
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
 * the same model without. Left out are scores that do not count and those that newer ones replace; a run that is told
 * several times is one. `undefined` where it was never judged.
 */
export function qualityOf(
  registry: Registry,
  wanted: Configuration,
  suites: readonly string[] = [],
): Quality | undefined {
  const runs = runsOf(judgedOf(registry, wanted)).flatMap((run) => {
    const score = scoreOf(run.one, suites)
    return score === undefined ? [] : [{ ...run, ...score }]
  })
  const whole = runs.filter((run) => !run.isPartial && !misses(run.suites, suites))
  const counted = whole.length > 0 ? whole : runs
  const rates = counted.map(({ rate }) => rate)
  if (rates.length === 0) return undefined
  return {
    rate: rates.reduce((sum, rate) => sum + rate, 0) / rates.length,
    suites: [...new Set(counted.flatMap((run) => run.suites))],
    range: [Math.min(...rates), Math.max(...rates)],
    partial: whole.length === 0,
    inherited: accelerationOf(wanted) !== 'plain',
    sources: [...new Set(counted.flatMap(({ sources }) => sources))],
  }
}

/** What was judged of a configuration; what is told of it with drafts is inherited, and no run of its own. */
function judgedOf(registry: Registry, wanted: Configuration): readonly Measurement[] {
  const key = baselineKey(registry, wanted)
  const replaced = new Set(registry.supersessions.map(({ older }) => older))
  const judged = registry.measurements.filter(
    (one) =>
      one.invalidScores === undefined &&
      scoreOf(one, []) !== undefined &&
      baselineKey(registry, one) === key &&
      isIndependent(registry, one) &&
      !replaced.has(one.source),
  )
  const own = judged.filter((one) => accelerationOf(one) === 'plain')
  return own.length > 0 ? own : judged
}

/** One run of the suites, by whatever lines tell of it. */
interface Run {
  readonly one: Measurement
  readonly isPartial: boolean
  readonly sources: readonly Citation[]
}

/** The same points in the same suites are one run, which is partial if one line says so; so is a bare share of the same size. */
function runsOf(judged: readonly Measurement[]): readonly Run[] {
  const groups = groupBy(
    judged.filter((one) => one.scores !== undefined),
    (one) => `${rateOf(one)} ${JSON.stringify(ownScores(one).toSorted())}`,
  )
  const told = [...groups.values()]
  for (const one of judged.filter(({ scores }) => scores === undefined)) {
    const same = told.find(([first]) => first !== undefined && rateOf(first) === rateOf(one))
    if (same === undefined) told.push([one])
    else same.push(one)
  }
  return told.flatMap((lines) => {
    const [one] = lines
    if (one === undefined) return []
    const isPartial = lines.some(({ partial, earlierSuites }) => partial === true || earlierSuites === true)
    return [{ one, isPartial, sources: lines.map(({ source }) => source) }]
  })
}

function rateOf(one: Measurement): number | undefined {
  return scoreOf(one, [])?.rate
}

/** Points by suite, without their sum. */
function ownScores({ scores = {} }: Measurement): [string, Score][] {
  return Object.entries(scores).filter(([suite]) => suite !== 'total')
}

function scoreOf(one: Measurement, suites: readonly string[]): { rate: number; suites: readonly string[] } | undefined {
  const all = ownScores(one)
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
