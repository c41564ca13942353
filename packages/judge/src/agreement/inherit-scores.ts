import { assertInteger, SpeculationError } from '@foretoken/contract'
import type { Score } from '../check-result.js'

/** A configuration that answered a suite. */
export interface AnsweringConfiguration {
  readonly id: string
  /** Hash or name of the target model's file. */
  readonly model: string
  readonly suite: string
  readonly suiteVersion: number
  /** Sampling temperature; 0 is greedy. */
  readonly temperature: number
}

/** A configuration with its scores. */
export interface ScoredConfiguration<Row extends InheritableRow = PromptScore> extends AnsweringConfiguration {
  readonly scores: readonly Row[]
}

/** What is known of the answer to one prompt. */
export interface InheritableRow {
  readonly promptId: string
  /** Configuration whose answer was judged. Absent: this one's. */
  readonly inheritedFrom?: string
}

/** The score of one prompt. */
export interface PromptScore extends InheritableRow {
  readonly score: Score
}

/** Token by token, whether a speculative configuration wrote what its baseline wrote. */
export interface ExactnessCheck {
  readonly baseline: string
  readonly configuration: string
  readonly texts: readonly ComparedText[]
}

/** One text written twice. */
export interface ComparedText {
  readonly promptId: string
  /** Tokens of the baseline's text. */
  readonly tokens: number
  /** Whether all tokens are the same. */
  readonly identical: boolean
}

/** Tokens that are compared before scores are inherited, unless told otherwise. */
export const leastComparedTokens = 256

/** Options of {@link inheritScores}. */
export interface InheritScoresOptions {
  /**
   * Tokens that must have been compared at least (1 or more).
   * @defaultValue 256
   */
  readonly minTokens?: number
}

/** The baseline's scores for a speculative configuration of it, after the exactness check only. */
export function inheritScores<Row extends InheritableRow>(
  baseline: ScoredConfiguration<Row>,
  configuration: AnsweringConfiguration,
  exactness: ExactnessCheck | undefined,
  options: InheritScoresOptions = {},
): ScoredConfiguration<Row & { readonly inheritedFrom: string }> {
  const { minTokens = leastComparedTokens } = options
  assertInteger('minTokens', minTokens, { min: 1, max: Number.MAX_SAFE_INTEGER })
  const reason = inheritanceMismatch(baseline, configuration) ?? doubtOf(baseline, configuration, exactness, minTokens)
  if (reason !== undefined) {
    throw new SpeculationError(
      'ERR_OPTION_INVALID',
      `${configuration.id} cannot inherit the scores of ${baseline.id}: ${reason}; judge its own answers`,
    )
  }
  const scores = baseline.scores.map((row) => ({ inheritedFrom: baseline.id, ...row }))
  return { ...configuration, scores }
}

/** Why no check whatever would let one inherit from the other; `undefined` where a check may. */
export function inheritanceMismatch(
  baseline: AnsweringConfiguration,
  configuration: AnsweringConfiguration,
): string | undefined {
  if (baseline.model !== configuration.model) {
    return `their models are ${baseline.model} and ${configuration.model}`
  }
  if (baseline.suite !== configuration.suite || baseline.suiteVersion !== configuration.suiteVersion) {
    const name = (run: AnsweringConfiguration): string => `${run.suite} v${run.suiteVersion}`
    return `their suites are ${name(baseline)} and ${name(configuration)}`
  }
  if (baseline.temperature !== 0 || configuration.temperature !== 0) {
    return `sampled answers differ from run to run, their temperatures are ${baseline.temperature} and ${configuration.temperature}`
  }
  return undefined
}

function doubtOf(
  baseline: AnsweringConfiguration,
  configuration: AnsweringConfiguration,
  exactness: ExactnessCheck | undefined,
  minTokens: number,
): string | undefined {
  if (exactness === undefined) return 'no exactness check was made'
  if (exactness.baseline !== baseline.id || exactness.configuration !== configuration.id) {
    return `the exactness check compared ${exactness.baseline} with ${exactness.configuration}`
  }
  const different = exactness.texts.find(({ identical }) => !identical)
  if (different !== undefined) {
    return `their texts of ${different.promptId} differ`
  }
  const tokens = exactness.texts.reduce((sum, text) => sum + text.tokens, 0)
  return tokens < minTokens ? `only ${tokens} tokens were compared, ${minTokens} are needed` : undefined
}
