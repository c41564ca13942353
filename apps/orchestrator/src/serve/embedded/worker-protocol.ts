import type { LoadModelOptions, TextStep } from '@foretoken/runner-llamacpp'
import type { MeasuredCosts } from '../../measure-costs.js'
import type { ServingFacts } from '../serving-engine.js'
import type { ServedLogProbability, TextStart } from '../text-event.js'
import type { ToolFormat } from '../tools/tool-format.js'

/** What an engine process is started with. */
export interface WorkerConfig {
  /** Path of a GGUF file. */
  readonly path: string
  readonly load: Pick<
    LoadModelOptions,
    'engine' | 'threads' | 'snapshots' | 'contextTokens' | 'batchTokens' | 'metadataOverrides' | 'memoryBudgetBytes'
  >
  /** Requests that are written at once. */
  readonly slots: number
  /** Path of a draft model. */
  readonly draft?: string
  readonly draftTemperature?: number
  /** A file with what drafters remember. */
  readonly memory?: string
  /** Whether a text model makes vectors as well. */
  readonly embeddings: boolean
  /** What an earlier process measured. */
  readonly costs?: MeasuredCosts
}

/** What an engine process says of itself. */
export interface WorkerFacts extends Omit<ServingFacts, 'takesImages' | 'toolFormat'> {
  readonly engine: 'native' | 'node-llama-cpp'
  /** Whether it writes texts. */
  readonly writes: boolean
  /** Whether it makes vectors. */
  readonly embeds: boolean
  /** Whether it ranks documents. */
  readonly ranks: boolean
  readonly toolFormat: ToolFormat | 'grammar'
  /** What drafts cost, where it was measured. */
  readonly costs?: MeasuredCosts
  /** What the log should hear. */
  readonly notes: readonly string[]
}

/** A step as the worker sends it. */
export interface WorkerStep extends TextStep {
  /** With the first step of a process. */
  readonly start?: Pick<TextStart, 'promptTokens' | 'reusedTokens'>
  readonly logProbabilities?: readonly ServedLogProbability[]
}
