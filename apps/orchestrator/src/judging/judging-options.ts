import type { TokenPrice } from '@foretoken/judge'
import type { ModelOptions } from '../load-model.js'

/** What the command line says of judges. */
export interface JudgingOptions extends Pick<ModelOptions, 'engine' | 'threads' | 'context'> {
  /**
   * Models that judge: `model@http://host:port/v1`, `anthropic:model` or GGUF files; several are a jury.
   * @defaultValue []
   */
  readonly judge?: readonly string[]
  /**
   * Most tokens that the judges may take, or with `judgePrice` most money.
   * @defaultValue no limit
   */
  readonly judgeBudget?: number
  /**
   * What a million tokens of prompt and of answer cost.
   * @defaultValue nothing
   */
  readonly judgePrice?: TokenPrice
  /**
   * Folder of verdicts that are never asked for again.
   * @defaultValue `verdicts` in the folder of the results
   */
  readonly judgeCache?: string
  /**
   * Lets a model judge its own answers.
   * @defaultValue false
   */
  readonly selfJudge?: boolean
  /** Folder of the results. */
  readonly out: string
}

/** What the command line says to `foretoken judge compare`. */
export interface JudgeCompareOptions extends JudgingOptions {
  /** Names of two runs. */
  readonly runs: readonly [string, string]
  /**
   * Prints JSON.
   * @defaultValue false
   */
  readonly json?: boolean
}
