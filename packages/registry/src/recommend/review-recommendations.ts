import { accelerationOf, baselineKey } from '../measurements/configurations.js'
import { implausibilities } from '../measurements/implausible.js'
import { qualityOf } from '../measurements/quality.js'
import { type Citation, figureValue } from '../registry-file/measurement.js'
import type { Registry } from '../registry-file/registry.js'
import type { PublishedRecommendation } from '../registry-file/registry-roles.js'
import { percent, type RecommendedConfiguration, recommend } from './recommend.js'

/** A published recommendation, and whether the measurements bear it out. */
export interface ReviewedRecommendation {
  readonly published: PublishedRecommendation
  /** `corrected` where the choice holds and its figures do not. */
  readonly verdict: 'reproduced' | 'corrected' | 'disputed'
  /** What does not hold; nothing where it is reproduced. */
  readonly reasons: readonly string[]
  /** What the measurements recommend at the published quality; absent where nothing fits. */
  readonly best?: RecommendedConfiguration
  readonly sources: readonly Citation[]
}

/** Published shares are rounded to a hundredth, and runs of one model differ a little. */
const SAME_QUALITY = 0.03

/** Every recommendation that the sources print, checked against what was measured; they go by the share over all suites. */
export function reviewRecommendations(registry: Registry): ReviewedRecommendation[] {
  return registry.recommendations.map((published) => {
    const { fitting } = recommend(registry, { task: published.task, qualityFloor: published.qualityRate, suites: [] })
    const [best] = fitting
    const wrong = [...tooFast(registry, published), ...better(registry, published, best)]
    const reasons = [...wrong, ...otherQuality(registry, published)]
    return {
      published,
      verdict: wrong.length > 0 ? 'disputed' : reasons.length > 0 ? 'corrected' : 'reproduced',
      reasons,
      ...(best !== undefined && { best }),
      sources: [...new Set([published.source, ...(best?.sources ?? [])])],
    }
  })
}

/** The figure was measured somewhere; it may be one that cannot be. */
function tooFast(registry: Registry, published: PublishedRecommendation): string[] {
  const same = registry.measurements.filter(
    (one) =>
      one.model === published.model &&
      one.tokensPerSecond !== undefined &&
      figureValue(one.tokensPerSecond) === published.tokensPerSecond,
  )
  const [found] = same.flatMap((one) => implausibilities(registry, one).map((fault) => ({ fault, source: one.source })))
  if (found === undefined) return []
  const { value, figure, because } = found.fault
  const unit = figure === 'speedup' ? '×' : 'tokens/s'
  return [`${published.tokensPerSecond} tokens/s is told as ${value} ${unit} (${found.source}): ${because}`]
}

function otherQuality(registry: Registry, published: PublishedRecommendation): string[] {
  const own = qualityOf(registry, published)
  if (own === undefined) return ['it was never judged']
  const [least, most] = own.range
  if (published.qualityRate >= least - SAME_QUALITY && published.qualityRate <= most + SAME_QUALITY) return []
  const range = least === most ? percent(least) : `${percent(least)} to ${percent(most)}`
  const partial = own.partial ? ', of some suites only' : ''
  return [
    `${percent(published.qualityRate)} is not its own quality, which is ${range}${partial} (${own.sources.join(', ')})`,
  ]
}

function better(
  registry: Registry,
  published: PublishedRecommendation,
  best: RecommendedConfiguration | undefined,
): string[] {
  if (best === undefined) return ['nothing that was measured is that good']
  const isSame =
    baselineKey(registry, best.measurement) === baselineKey(registry, published) &&
    accelerationOf(best.measurement) === accelerationOf(published)
  if (isSame) return []
  const { text, tokensPerSecond, quality } = best
  return [
    `${text} is the fastest at that quality: ${tokensPerSecond} tokens/s, ${percent(quality.rate)} (${best.measurement.source})`,
  ]
}
