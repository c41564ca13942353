import { SpeculationError } from '@foretoken/contract'
import { configurationText } from '../measurements/configurations.js'
import { type Quality, qualityOf } from '../measurements/quality.js'
import { type Citation, figureValue, type Measurement } from '../registry-file/measurement.js'
import type { Registry } from '../registry-file/registry.js'
import { bytesOf, newestSpeeds, objections } from './candidates.js'

/** Options of {@link recommend}. */
export interface RecommendOptions {
  /** What is to be done: a task that the registry names suites for, e.g. `code`. */
  readonly task: string
  /**
   * Least share of the points in the task's suites (0 to 1).
   * @defaultValue 0.8
   */
  readonly qualityFloor?: number
  /**
   * Most bytes of weights, target and draft together.
   * @defaultValue the memory of the measured machine
   */
  readonly memoryBytes?: number
  /**
   * Suites that say how good a model is; none for the share over all suites.
   * @defaultValue those of the task
   */
  readonly suites?: readonly string[]
}

/** A configuration that fits. */
export interface RecommendedConfiguration {
  readonly measurement: Measurement
  /** The configuration in words. */
  readonly text: string
  readonly tokensPerSecond: number
  readonly quality: Quality
  /** Whether the quality is that of the task's suites, not of all suites. */
  readonly ofTask: boolean
  readonly bytes: number
  readonly sources: readonly Citation[]
}

/** A configuration that does not fit, and why. */
export interface RejectedConfiguration {
  readonly text: string
  readonly tokensPerSecond?: number
  readonly reason: string
  readonly source: Citation
}

/** What to run for a task. */
export interface Recommendation {
  readonly task: string
  readonly suites: readonly string[]
  readonly qualityFloor: number
  readonly memoryBytes: number
  /** Everything that fits, the fastest first. */
  readonly fitting: readonly RecommendedConfiguration[]
  /** Everything that does not, the fastest first. */
  readonly rejected: readonly RejectedConfiguration[]
}

/**
 * The fastest configurations for a task that are good enough and fit into memory, from what was measured: the newest figure
 * of each, nothing that the machine cannot have brought, nothing deprecated. Throws `ERR_OPTION_INVALID` for a task that the
 * registry does not know.
 */
export function recommend(registry: Registry, options: RecommendOptions): Recommendation {
  const { task, qualityFloor = 0.8, memoryBytes = registry.hardware[0]?.memoryBytes ?? 0 } = options
  if (!(qualityFloor >= 0 && qualityFloor <= 1)) throw invalid(`qualityFloor must be from 0 to 1, got ${qualityFloor}`)
  if (!(memoryBytes > 0)) throw invalid(`memoryBytes must be more than 0, got ${memoryBytes}`)
  const { suites = suitesOf(registry, task) } = options
  const limits = { suites, qualityFloor, memoryBytes, objection: objections(registry) }
  const judged = newestSpeeds(registry, task).map((one) => judge(registry, one, limits))
  return {
    ...{ task, suites, qualityFloor, memoryBytes },
    fitting: judged.filter((one) => 'measurement' in one).toSorted(faster),
    rejected: judged.filter((one) => 'reason' in one).toSorted(faster),
  }
}

/** The tasks that {@link recommend} knows. */
export function recommendableTasks({ recommendations }: Registry): readonly string[] {
  return [...new Set(recommendations.map(({ task }) => task))]
}

interface Limits {
  readonly suites: readonly string[]
  readonly qualityFloor: number
  readonly memoryBytes: number
  readonly objection: (one: Measurement) => string | undefined
}

function judge(registry: Registry, one: Measurement, limits: Limits): RecommendedConfiguration | RejectedConfiguration {
  const text = configurationText(one)
  const tokensPerSecond = one.tokensPerSecond === undefined ? undefined : figureValue(one.tokensPerSecond)
  const rejected = (reason: string): RejectedConfiguration => ({
    ...{ text, reason, source: one.source },
    ...(tokensPerSecond !== undefined && { tokensPerSecond }),
  })
  const objection = limits.objection(one)
  if (objection !== undefined) return rejected(objection)
  const bytes = bytesOf(registry, one)
  if (bytes === undefined) return rejected('its size is not recorded')
  if (bytes > limits.memoryBytes) return rejected(`it needs ${gigabytes(bytes)}`)
  const ofTask = qualityOf(registry, one, limits.suites)
  const quality = ofTask ?? qualityOf(registry, one)
  if (quality === undefined || tokensPerSecond === undefined) return rejected('it was never judged')
  if (quality.rate < limits.qualityFloor) return rejected(`its quality is ${percent(quality.rate)}`)
  const sources = [one.source, ...quality.sources.filter((source) => source !== one.source)]
  return { measurement: one, text, tokensPerSecond, quality, ofTask: ofTask !== undefined, bytes, sources }
}

function suitesOf(registry: Registry, task: string): readonly string[] {
  const found = registry.recommendations.find((one) => one.task === task)
  if (found !== undefined) return found.suites
  throw invalid(`there is no task "${task}"; known are ${recommendableTasks(registry).join(', ')}`)
}

function faster(a: { readonly tokensPerSecond?: number }, b: { readonly tokensPerSecond?: number }): number {
  return (b.tokensPerSecond ?? 0) - (a.tokensPerSecond ?? 0)
}

/** As people write it, e.g. `19 GB`. */
function gigabytes(bytes: number): string {
  return `${Number((bytes / 1e9).toFixed(1))} GB`
}

/** As people write it, e.g. `97.5 %`. */
export function percent(rate: number): string {
  return `${Number((100 * rate).toFixed(1))} %`
}

function invalid(message: string): SpeculationError<'ERR_OPTION_INVALID'> {
  return new SpeculationError('ERR_OPTION_INVALID', message)
}
