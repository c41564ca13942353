import {
  type Recommendation,
  type ReviewedRecommendation,
  recommend as recommendFrom,
  reviewRecommendations,
} from '@foretoken/registry'
import type { Host } from '../host.js'
import { alignRows } from '../inspect/align-rows.js'
import { printable } from '../inspect/printable.js'
import { gigabytes, percent } from './figure-text.js'
import { openRegistry } from './open-registry.js'
import type { RecommendCommandOptions } from './registry-options.js'

/** Not an error, and told apart from one. */
const NOTHING_FITS = 1
/** The JSON holds all of them. */
const MOST_SHOWN = 10

/** Does what `foretoken recommend` does and returns its exit code; failures are thrown. */
export async function recommend(options: RecommendCommandOptions, host: Host): Promise<number> {
  const { task, quality, memory, json = false, rejected = false } = options
  const registry = await openRegistry(options.registry)
  const say = (result: unknown, text: string) =>
    host.stdout.write(
      json ? `${JSON.stringify(result, undefined, host.stdout.isTTY === true ? 2 : 0)}\n` : `${printable(text)}\n`,
    )
  if (task === undefined) {
    const reviewed = reviewRecommendations(registry)
    say(reviewed, reviewText(reviewed))
    return 0
  }
  const found = recommendFrom(registry, {
    task,
    ...(quality !== undefined && { qualityFloor: quality / 100 }),
    ...(memory !== undefined && { memoryBytes: memory * 1e9 }),
  })
  say(found, recommendationText(found, rejected))
  return found.fitting.length > 0 ? 0 : NOTHING_FITS
}

function recommendationText(found: Recommendation, withRejected: boolean): string {
  const { task, suites, qualityFloor, memoryBytes, fitting, rejected } = found
  const head = `For ${task}: at least ${percent(qualityFloor)} of the points in ${suites.join(' and ')}, at most ${gigabytes(memoryBytes)}`
  const rows = fitting
    .slice(0, MOST_SHOWN)
    .map(({ text, tokensPerSecond, quality, bytes, sources }) => [
      `${tokensPerSecond} tokens/s`,
      `${percent(quality.rate)}${quality.partial ? ' of some suites' : ''}`,
      gigabytes(bytes),
      text,
      `[${sources.slice(0, 2).join(', ')}]`,
    ])
  const out = rejected.map(({ text, tokensPerSecond, reason, source }) => [
    tokensPerSecond === undefined ? '' : `${tokensPerSecond} tokens/s`,
    text,
    reason,
    `[${source}]`,
  ])
  const slower = fitting.length > MOST_SHOWN ? [`${fitting.length - MOST_SHOWN} more fit and are slower`] : []
  const tail = withRejected
    ? ['What does not fit:', ...alignRows(out)]
    : [...slower, `${rejected.length} more do not fit; --rejected shows why`]
  return [head, '', ...(rows.length > 0 ? alignRows(rows) : ['Nothing fits.']), '', ...tail].join('\n')
}

function reviewText(reviewed: readonly ReviewedRecommendation[]): string {
  return reviewed
    .map(({ published, verdict, reasons, best }) => {
      const { task, model, tokensPerSecond, qualityRate, source } = published
      const head = `${task}: ${model}, ${tokensPerSecond} tokens/s, ${percent(qualityRate)} [${source}]: ${verdict}`
      const instead = best === undefined ? [] : [`  measured: ${best.text}, ${best.tokensPerSecond} tokens/s`]
      return [head, ...reasons.map((reason) => `  ${reason}`), ...instead].join('\n')
    })
    .join('\n\n')
}
