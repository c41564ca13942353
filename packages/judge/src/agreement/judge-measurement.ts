import { type BootstrapOptions, bootstrap, type Interval } from './bootstrap.js'

/** What a judge chose in one order; `first` and `second` are the candidates, whatever place they were shown in. */
export type Choice = 'first' | 'second' | 'tie'

/** A pair judged in both orders. */
export interface TwiceJudged {
  /** The choice where the first candidate was shown first. */
  readonly forward: Choice
  /** The choice where the second candidate was shown first. */
  readonly backward: Choice
  /** Which candidate is better, where that is known. Absent: not known. */
  readonly truth?: 'first' | 'second'
}

/** How far a judge can be trusted. */
export interface JudgeMeasurement {
  /** Share of pairs for which both orders gave the same choice. */
  readonly consistency: Interval
  /** Choices of the place shown first minus those of the place shown second, as a share of all (−1 to 1). */
  readonly positionBias: Interval
  /** Share of wrong choices among those that the bias did not make; `NaN` where no truth is known. */
  readonly error: Interval
}

/** Share of pairs for which both orders gave the same choice. */
export function positionConsistency(pairs: readonly TwiceJudged[]): number {
  let same = 0
  for (const { forward, backward } of pairs) same += forward === backward ? 1 : 0
  return same / pairs.length
}

/** Choices of the place shown first minus those of the place shown second, as a share of all. */
export function positionBias(pairs: readonly TwiceJudged[]): number {
  let leanings = 0
  for (const { forward, backward } of pairs) leanings += leaning(forward) - leaning(backward)
  return leanings / (2 * pairs.length)
}

/**
 * The share of wrong choices of a judge that takes the favoured place with the probability of its bias, and otherwise
 * errs: half of the favoured choices are right. A tie is half wrong.
 */
export function judgeError(pairs: readonly TwiceJudged[]): number {
  const known = pairs.filter(({ truth }) => truth !== undefined)
  let points = 0
  for (const { forward, backward, truth } of known) points += rightness(forward, truth) + rightness(backward, truth)
  const bias = Math.abs(positionBias(known))
  return bias === 1 ? Number.NaN : 1 - (points / (2 * known.length) - bias / 2) / (1 - bias)
}

/** Consistency, position bias and error of a judge, each with its interval over the pairs. */
export function measureJudge(pairs: readonly TwiceJudged[], options: BootstrapOptions = {}): JudgeMeasurement {
  return {
    consistency: bootstrap(pairs, positionConsistency, options),
    positionBias: bootstrap(pairs, positionBias, options),
    error: bootstrap(pairs, judgeError, options),
  }
}

function leaning(choice: Choice): number {
  if (choice === 'tie') return 0
  return choice === 'first' ? 1 : -1
}

function rightness(choice: Choice, truth: Choice | undefined): number {
  if (choice === 'tie') return 0.5
  return choice === truth ? 1 : 0
}
