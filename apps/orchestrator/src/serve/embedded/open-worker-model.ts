import { rename } from 'node:fs/promises'
import { SpeculationError } from '@foretoken/contract'
import { suffixDrafter } from '@foretoken/drafter-suffix'
import { estimateModelMemory, inspect, type ModelFacts } from '@foretoken/registry'
import {
  type EngineModel,
  type EngineTarget,
  estimateMemory,
  loadModel,
  type ModelDrafter,
  modelDrafter,
} from '@foretoken/runner-llamacpp'
import { type DraftMemory, openMemory } from '../../draft-memory.js'
import { draftingOf } from '../../drafting.js'
import { MAY_BLOCK_MS } from '../../may-block-ms.js'
import { meanwhile } from '../../meanwhile.js'
import { curveOf, type MeasuredCosts, measuredCosts } from '../../measure-costs.js'
import { toolFormatOf } from '../tools/tool-format.js'
import { type DraftingPool, draftingPool } from './request-drafting.js'
import type { WorkerConfig, WorkerFacts } from './worker-protocol.js'

/** A model in memory and all that its requests share. */
export interface WorkerModel extends AsyncDisposable {
  readonly facts: WorkerFacts & { readonly writes: true }
  readonly model: EngineModel
  readonly target: EngineTarget
  readonly drafting: DraftingPool
  /** Writes what drafters remember. */
  save(): Promise<void>
}

/** Loads the model, the draft model and the memory, and measures what drafts cost. */
export async function openWorkerModel(config: WorkerConfig, onProgress: (rate: number) => void): Promise<WorkerModel> {
  const opened: AsyncDisposable[] = []
  const close = async (): Promise<void> => {
    for (const part of opened.toReversed()) await part[Symbol.asyncDispose]()
  }
  const keep = <Part extends AsyncDisposable>(part: Part): Part => {
    opened.push(part)
    return part
  }
  try {
    const { path, load, slots } = config
    const loaded = loadModel(path, { ...load, sequences: slots, mayBlockMs: MAY_BLOCK_MS, onProgress })
    const model = keep(await meanwhile(loaded, (over) => draftingOf({})?.warmUp(over)))
    const draftModel = config.draft === undefined ? undefined : keep(await openDraftModel(config, model))
    const costs = config.costs ?? (await costsOf(config, model, draftModel))
    const target = keep(await model.openTarget())
    const notes: string[] = []
    const memory = config.memory === undefined ? undefined : await usableMemory(config.memory, model, notes)
    const suffix = (await memory?.open()) ?? suffixDrafter()
    const drafting = draftingPool({
      suffix,
      ...(costs && { costs: curveOf(costs) }),
      ...(draftModel && { model: draftModel }),
    })
    const facts = await inspect(path)
    const { engine, contextTokens } = model.facts
    return {
      facts: {
        ...{ engine, contextTokens, slots, notes, writes: true, embeds: false, ranks: false },
        memoryBytes: (await bytesOf(config)) + snapshotBytes(config, facts),
        drafters: target.rollback === 'none' ? [] : drafting.names,
        toolFormat: toolFormatOf(facts.toolCallFormat),
        ...(costs && { costs }),
      },
      ...{ model, target, drafting },
      async save() {
        await drafting.learn()
        await memory?.save()
      },
      [Symbol.asyncDispose]: close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

function openDraftModel(
  { draft = '', draftTemperature, slots }: WorkerConfig,
  target: EngineModel,
): Promise<ModelDrafter> {
  const load = { mayBlockMs: MAY_BLOCK_MS }
  const options = {
    target,
    sequences: slots,
    load,
    ...(draftTemperature !== undefined && { temperature: draftTemperature }),
  }
  return modelDrafter(draft, options)
}

/** Batches of all requests at once are measured, too; node-llama-cpp's policy finds out as it goes. */
async function costsOf(
  { slots }: WorkerConfig,
  target: EngineModel,
  drafter: ModelDrafter | undefined,
): Promise<MeasuredCosts | undefined> {
  if (target.facts.engine !== 'native') return undefined
  const progress = { show() {}, clear() {}, [Symbol.dispose]() {} }
  const widths = [slots, 2 * slots, 4 * slots].filter((width) => width > 17)
  const { signal } = new AbortController()
  return await measuredCosts({ target, progress, signal, widths, ...(drafter && { drafter }) })
}

/** A damaged memory is put aside: what it held only makes drafts better. */
async function usableMemory(path: string, model: EngineModel, notes: string[]): Promise<DraftMemory> {
  try {
    return await openMemory(path, model)
  } catch (error) {
    if (!SpeculationError.is(error, 'ERR_MEMORY_FORMAT') && !SpeculationError.is(error, 'ERR_VOCABULARY_MISMATCH'))
      throw error
    const aside = `${path}.unusable`
    await rename(path, aside)
    notes.push(`${error.message}; it was put aside as ${aside}, and drafters begin anew`)
    return await openMemory(path, model)
  }
}

/** As llama.cpp foretells it. */
async function bytesOf({ path, load, slots, draft }: WorkerConfig): Promise<number> {
  const { contextTokens, batchTokens, metadataOverrides } = load
  const shape = {
    sequences: slots,
    ...(contextTokens !== undefined && { contextTokens }),
    ...(batchTokens !== undefined && { batchTokens }),
  }
  const own = await estimateMemory(path, { ...shape, ...(metadataOverrides !== undefined && { metadataOverrides }) })
  const drafting = draft === undefined ? undefined : await estimateMemory(draft, shape)
  return own.totalBytes + (drafting?.totalBytes ?? 0)
}

/** Of the states that are kept besides each slot's own, which the estimate of an engine does not know. */
function snapshotBytes({ load: { snapshots = 0 }, slots }: WorkerConfig, facts: ModelFacts): number {
  const [own, all] = [0, snapshots].map(
    (keptStates) => estimateModelMemory(facts, { sequences: slots, keptStates }).recurrentBytes,
  ) as [number, number]
  return all - own
}
