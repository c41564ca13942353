import { SpeculationError } from '@foretoken/contract'
import { mean, sampleVariance } from './moments.js'

/** How much scores change when the same is asked again. */
export interface RepetitionStability {
  /** Probability that two repetitions of one prompt have the same score. */
  readonly agreementRate: number
  /** Share of prompts whose repetitions all have the same score. */
  readonly unanimousRate: number
  /** The mean score of each repetition as a share of the best one; what a single run would have reported. */
  readonly totalRates: readonly number[]
  /** Standard deviation of `totalRates`: the least difference of two single runs means nothing below about three of it. */
  readonly totalDeviation: number
  /** Variance of the scores of one prompt, the mean over prompts. */
  readonly withinVariance: number
  /** Variance of the prompts' mean scores. */
  readonly betweenVariance: number
}

/** How stable scores are: a row for each prompt, its scores repetition by repetition; the best score is `best`. */
export function repetitionStability(scores: readonly (readonly number[])[], best = 3): RepetitionStability {
  const repetitions = scores[0]?.length ?? 0
  if (
    repetitions < 2 ||
    scores.some((row) => row.length !== repetitions || row.some((score) => !Number.isFinite(score)))
  ) {
    throw new SpeculationError(
      'ERR_OPTION_INVALID',
      `every prompt must have the same number of scores, at least 2, got ${scores.map((row) => row.length).join(', ')}`,
    )
  }
  const totalRates = Array.from({ length: repetitions }, (_, repetition) => {
    return mean(scores.map((row) => (row[repetition] as number) / best))
  })
  return {
    agreementRate: mean(scores.map(agreementOf)),
    unanimousRate: mean(scores.map((row) => (new Set(row).size === 1 ? 1 : 0))),
    totalRates,
    totalDeviation: Math.sqrt(sampleVariance(totalRates)),
    withinVariance: mean(scores.map(sampleVariance)),
    betweenVariance: sampleVariance(scores.map(mean)),
  }
}

/** Share of the pairs of a prompt's repetitions that agree. */
function agreementOf(row: readonly number[]): number {
  const same = row.reduce((sum, score) => sum + row.filter((other) => other === score).length - 1, 0)
  return same / (row.length * (row.length - 1))
}
