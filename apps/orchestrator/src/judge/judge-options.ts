import type { DraftModelOptions } from '../draft-model.js'
import type { JudgingOptions } from '../judging/judging-options.js'
import type { ModelOptions } from '../load-model.js'

/** What the command line says to `foretoken judge run`. */
export interface JudgeRunOptions extends Omit<ModelOptions, 'model'>, DraftModelOptions, JudgingOptions {
  /** Names of packaged suites, `all` of them, YAML files, or `format:file` of suites that others wrote. */
  readonly suite: readonly string[]
  /** Paths of GGUF files, `model@http://host:port/v1` or `anthropic:model`. */
  readonly models: readonly string[]
  /**
   * Numbers of experts to run mixtures with, besides their own.
   * @defaultValue []
   */
  readonly experts?: readonly number[]
  /**
   * Draft lengths to run every model with, besides without drafting (1 to 64); `auto` drafts as long as it pays.
   * @defaultValue []
   */
  readonly k?: readonly (number | 'auto')[]
  /**
   * Who drafts for `k`.
   * @defaultValue 'auto'
   */
  readonly drafter?: string
  /**
   * Whether a run that drafts takes its scores from the one that does not, where a sample of its answers is the same.
   * @defaultValue true
   */
  readonly inherit?: boolean
  /** Answers to every prompt. */
  readonly repetitions: number
  /** Most tokens of an answer whose prompt names no limit. */
  readonly maxTokens: number
  readonly temp: number
  readonly seed: number
  /**
   * Prints JSON.
   * @defaultValue false
   */
  readonly json?: boolean
}
