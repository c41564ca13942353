import { SpeculationError } from '@foretoken/contract'
import { loadModel } from '@foretoken/runner-llamacpp'
import { MAY_BLOCK_MS } from '../may-block-ms.js'
import type { CountingTarget } from './engine-runs.js'

/** The runner's engines. */
export const engineNames = ['native', 'node-llama-cpp'] as const
export type BenchEngineName = (typeof engineNames)[number]

type RunnerModel = Awaited<ReturnType<typeof loadModel>>

/** A model in one engine, with a target to write on. */
export interface LoadedEngine {
  readonly name: BenchEngineName
  readonly model: RunnerModel
  readonly target: CountingTarget
}

/** One model in every engine that is there; disposal frees them all. */
export interface LoadedEngines extends AsyncDisposable {
  readonly engines: readonly LoadedEngine[]
  readonly absent: readonly AbsentEngine[]
}

/** An engine that is not there, and why. */
export interface AbsentEngine {
  readonly engine: string
  readonly reason: string
}

const contextTokens = 1_024

/** Loads a model in each engine, all with one number of threads. */
export async function loadEngines(
  path: string,
  { engines: names, threads, signal }: { engines: readonly string[]; threads: number | undefined; signal: AbortSignal },
): Promise<LoadedEngines> {
  const engines: LoadedEngine[] = []
  const absent: AbsentEngine[] = []
  const close = async (): Promise<void> => {
    for (const { model } of engines) await model[Symbol.asyncDispose]()
  }
  try {
    // node-llama-cpp first: it says how many threads are as many as physical cores.
    for (const name of engineNames.toReversed().filter((one) => names.includes(one))) {
      const count = threads ?? engines[0]?.model.facts.threads
      const options = {
        engine: name,
        contextTokens,
        mayBlockMs: MAY_BLOCK_MS,
        signal,
        ...(count !== undefined && { threads: count }),
      } as const
      const model = await orReason(loadModel(path, options))
      if (typeof model === 'string') absent.push({ engine: name, reason: model })
      else engines.push({ name, model, target: await openTarget(model) })
    }
    return { engines: engines.reverse(), absent, [Symbol.asyncDispose]: close }
  } catch (error) {
    await close()
    throw error
  }
}

async function openTarget(model: RunnerModel): Promise<CountingTarget> {
  try {
    return await model.openTarget()
  } catch (error) {
    await model[Symbol.asyncDispose]()
    throw error
  }
}

/** The model, or why this engine cannot load any. */
async function orReason(loading: Promise<RunnerModel>): Promise<RunnerModel | string> {
  try {
    return await loading
  } catch (error) {
    if (SpeculationError.is(error, 'ERR_ENGINE_LOST') || SpeculationError.is(error, 'ERR_ENGINE_VERSION')) {
      return error.message
    }
    throw error
  }
}
