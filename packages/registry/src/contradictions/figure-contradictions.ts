import { groupBy } from '../group-by.js'
import { accelerationOf, baselineKey, configurationKey, isIndependent } from '../measurements/configurations.js'
import { type FigureName, figureValue, type Measurement } from '../registry-file/measurement.js'
import type { Claim, Registry } from '../registry-file/registry.js'
import { type Contradiction, claimSide, contradiction, measurementSide } from './contradiction.js'

/** Speeds of one machine may differ by load and prompt, but not by this much. */
const MOST_SPEED_RATIO = 2
/** Qualities of one model, as shares of the points. */
const MOST_QUALITY_GAP = 0.1
/** Figures are one figure where they differ by rounding only, and have digits enough not to meet by chance. */
const SAME = 1.0005
const MANY_DIGITS = 20

/** What one model reached in one way, where the best of one report is far from the best of another. */
export function speedContradictions(registry: Registry): Contradiction[] {
  const told = measured(registry, 'tokensPerSecond').filter(({ method }) => method !== 'layer-skip')
  const groups = groupBy(told, (one) => {
    const acceleration = accelerationOf(one)
    const exact = acceleration === 'plain' ? configurationKey(registry, one) : ''
    return JSON.stringify([one.model, acceleration, exact, acceleration === 'lookup' ? one.task : ''])
  })
  return [...groups.values()].flatMap((group) => {
    const best = bestOfReports(group)
    const speeds = best.map(({ tokensPerSecond = 0 }) => figureValue(tokensPerSecond))
    if (Math.max(...speeds) < MOST_SPEED_RATIO * Math.min(...speeds)) return []
    const [first] = group
    const about = first === undefined ? '' : `${first.model}, ${accelerationOf(first)}`
    const doubts = registry.claims.filter((claim) => isDoubt(claim, first))
    return [contradiction('speeds', about, [...best.map(measurementSide), ...doubts.map(claimSide)])]
  })
}

/** Qualities of one model that are too far from each other for chance. */
export function qualityContradictions(registry: Registry): Contradiction[] {
  const told = measured(registry, 'qualityRate').filter(({ invalidScores }) => invalidScores === undefined)
  return [...groupBy(told, (one) => baselineKey(registry, one)).values()].flatMap((group) => {
    const rates = group.map(({ qualityRate = 0 }) => figureValue(qualityRate))
    if (Math.max(...rates) - Math.min(...rates) <= MOST_QUALITY_GAP) return []
    const [first] = group
    const about = `quality of ${first?.model}${first?.experts === undefined ? '' : `, ${first.experts} experts`}`
    return [contradiction('qualities', about, group.map(qualitySide))]
  })
}

/** One speed that two models are said to have reached by lookup. */
export function sharedFigures(registry: Registry): Contradiction[] {
  const lookups = measured(registry, 'tokensPerSecond')
    .filter((one) => accelerationOf(one) === 'lookup')
    .map((one) => ({ one, speed: figureValue(one.tokensPerSecond ?? 0) }))
    .toSorted((a, b) => a.speed - b.speed)
  return lookups.flatMap(({ one, speed }, index) => {
    const next = lookups[index + 1]
    if (next === undefined || next.one.model === one.model || next.speed > SAME * speed || speed < MANY_DIGITS)
      return []
    return [
      contradiction('one-figure-two-models', `${speed} tokens/s by lookup`, [modelSide(one), modelSide(next.one)]),
    ]
  })
}

/** The best of each document and day. */
function bestOfReports(group: readonly Measurement[]): Measurement[] {
  const reports = groupBy(group, ({ source, date }) => `${source.replace(/:\d+$/, '')} ${date}`)
  return [...reports.values()].map((report) =>
    report.reduce((best, one) =>
      figureValue(one.tokensPerSecond ?? 0) > figureValue(best.tokensPerSecond ?? 0) ? one : best,
    ),
  )
}

function isDoubt(claim: Claim, one: Measurement | undefined): boolean {
  const { attribute, model, method } = claim
  return attribute === 'status' && one !== undefined && model === one.model && method === accelerationOf(one)
}

function measured(registry: Registry, figure: FigureName): Measurement[] {
  return registry.measurements.filter((one) => one[figure] !== undefined && isIndependent(registry, one))
}

function modelSide(one: Measurement): Contradiction['sides'][number] {
  return { ...measurementSide(one), value: one.model }
}

function qualitySide(one: Measurement): Contradiction['sides'][number] {
  const { label = one.model, qualityRate = 0, partial = false, source, date } = one
  const value = `${Number((100 * figureValue(qualityRate)).toFixed(1))} %`
  return { value, says: `${label}: ${value}${partial ? ', some suites only' : ''}`, source, date }
}
