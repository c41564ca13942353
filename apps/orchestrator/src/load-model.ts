import { basename } from 'node:path'
import type { Clock } from '@foretoken/judge'
import {
  type EngineModel,
  type EngineName,
  type LoadModelOptions,
  loadModel as loadLlamaModel,
  type loadTokenizer,
  type MetadataOverrides,
  type modelDrafter,
} from '@foretoken/runner-llamacpp'
import { MAY_BLOCK_MS } from './may-block-ms.js'
import type { ProgressLine } from './progress-line.js'

/** What a command is handed from outside. */
export interface ModelPorts {
  /**
   * Where models come from.
   * @defaultValue llama.cpp, from the file
   */
  readonly loadModel?: (path: string, options: LoadModelOptions) => Promise<EngineModel>
  /**
   * Where drafters that run a model come from.
   * @defaultValue llama.cpp
   */
  readonly modelDrafter?: typeof modelDrafter
  /**
   * Where tokenizers without a model come from.
   * @defaultValue llama.cpp, from the file
   */
  readonly loadTokenizer?: typeof loadTokenizer
  /**
   * Tells the time where servers are asked.
   * @defaultValue the machine's
   */
  readonly clock?: Clock
}

/** How a command's options say that a model is loaded. */
export interface ModelOptions {
  /** Path of a GGUF file. */
  readonly model: string
  /**
   * What decodes: `native`, `node-llama-cpp`, or `auto`.
   * @defaultValue 'auto': native where it is built and no GPU is there
   */
  readonly engine?: EngineName | 'auto'
  /**
   * CPU threads.
   * @defaultValue the number of physical cores
   */
  readonly threads?: number
  /**
   * Most tokens of prompt and answer together.
   * @defaultValue the model's trained length, at most 4,096
   */
  readonly context?: number
  /**
   * GGUF metadata to replace, by name space and key.
   * @defaultValue {}
   */
  readonly override?: MetadataOverrides
}

/** What shows how far a loading is, and what ends it. */
export interface LoadingParts {
  readonly progress: ProgressLine
  readonly signal: AbortSignal
}

/** Loads a model and shows how far that is. */
export async function loadModel(
  { model, engine, threads, context, override }: ModelOptions,
  { progress, signal }: LoadingParts,
  { loadModel: load = loadLlamaModel }: ModelPorts,
): Promise<EngineModel> {
  const loading = `Loading ${basename(model)}`
  // llama.cpp's last report may come when the model is there and somebody else writes to the terminal.
  let done = false
  progress.show(loading)
  const loaded = await load(model, {
    signal,
    mayBlockMs: MAY_BLOCK_MS,
    onProgress: (rate) => {
      if (!done) progress.show(`${loading} ${Math.round(100 * rate)} %`)
    },
    ...(engine !== undefined && { engine }),
    ...(threads !== undefined && { threads }),
    ...(context !== undefined && { contextTokens: context }),
    ...(override !== undefined && { metadataOverrides: override }),
  })
  done = true
  progress.clear()
  return loaded
}
