import type { ModelOptions } from '../load-model.js'

/** What the command line says to `foretoken judge run`. */
export interface JudgeRunOptions extends Omit<ModelOptions, 'model'> {
  /** Names of packaged suites, `all` of them, or YAML files. */
  readonly suite: readonly string[]
  /** Paths of GGUF files. */
  readonly models: readonly string[]
  /**
   * Numbers of experts to run mixtures with, besides their own.
   * @defaultValue []
   */
  readonly experts?: readonly number[]
  /** Answers to every prompt. */
  readonly repetitions: number
  /** Most tokens of an answer whose prompt names no limit. */
  readonly maxTokens: number
  readonly temp: number
  readonly seed: number
  /** Folder of the results. */
  readonly out: string
  /**
   * Prints JSON.
   * @defaultValue false
   */
  readonly json?: boolean
}

/** What the command line says to `foretoken runs`. */
export interface RunsOptions {
  readonly what: 'list' | 'show' | 'compare'
  /** Names of runs: none for `list`, one for `show`, two for `compare`. */
  readonly runs: readonly string[]
  /** Folder of the results. */
  readonly out: string
  /**
   * Prints JSON.
   * @defaultValue false
   */
  readonly json?: boolean
}
