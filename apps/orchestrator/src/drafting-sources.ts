import { basename } from 'node:path'
import type { CostCurve } from '@foretoken/adaptive-k'
import { type Drafter, SpeculationError } from '@foretoken/contract'
import { type DraftMemory, type MemoryOptions, openMemory } from './draft-memory.js'
import { type DraftModel, type DraftModelOptions, type OpenDraftModelParts, openDraftModel } from './draft-model.js'
import type { Drafting } from './drafting.js'
import type { ModelOptions } from './load-model.js'

/** What drafters are made from besides their names. */
export interface DraftingSources {
  /** Runs the draft model, for as many texts as wanted; absent without one. */
  readonly model?: Drafter
  /** What drafts cost, where that has to be known beforehand: a draft model is asked only where it is expected to pay. */
  readonly costs?: CostCurve
  /** What `suffix` starts from; absent without a memory file. */
  readonly memory?: DraftMemory
}

/** Sources that were opened for a command. */
export interface OpenedSources extends DraftingSources, AsyncDisposable {
  readonly draftModel?: DraftModel
}

/** What the options say that drafters are made from. */
export type SourceOptions = DraftModelOptions & MemoryOptions & Pick<ModelOptions, 'threads'>

/** Opens the memory and the draft model that the options name, and measures what that costs where a drafting asks for it. */
export async function openSources(
  options: SourceOptions,
  draftings: readonly (Drafting | undefined)[],
  parts: OpenDraftModelParts,
): Promise<OpenedSources> {
  if (options.memory !== undefined) parts.progress.show(`Loading ${basename(options.memory)}`)
  const memory = options.memory === undefined ? undefined : await openMemory(options.memory, parts.target)
  parts.progress.clear()
  const model = await openModel(options, draftings, parts)
  return { ...model, ...(memory && { memory }), [Symbol.asyncDispose]: async () => model?.[Symbol.asyncDispose]() }
}

async function openModel(
  { draft, draftTemp, threads }: SourceOptions,
  draftings: readonly (Drafting | undefined)[],
  parts: OpenDraftModelParts,
): Promise<OpenedSources | undefined> {
  if (draft === undefined) return undefined
  const draftModel = await openDraftModel({ draft, ...(threads !== undefined && { threads }) }, parts)
  try {
    const model = await draftModel.drafter(draftTemp)
    const weighs = draftings.some((drafting) => drafting?.weighsModel === true)
    if (weighs) parts.progress.show('Measuring what drafts cost')
    const costs = weighs ? await measuredCosts(draftModel, parts) : undefined
    parts.progress.clear()
    return {
      draftModel,
      model,
      ...(costs && { costs }),
      [Symbol.asyncDispose]: () => draftModel[Symbol.asyncDispose](),
    }
  } catch (error) {
    await draftModel[Symbol.asyncDispose]()
    throw error
  }
}

/** What drafts cost; an engine that cannot measure it is told in the words of the command line. */
async function measuredCosts(draftModel: DraftModel, { target, signal }: OpenDraftModelParts): Promise<CostCurve> {
  try {
    return await draftModel.measureCosts(signal)
  } catch (cause) {
    if (!SpeculationError.is(cause, 'ERR_OPTION_INVALID')) throw cause
    const message = `${target.facts.engine} cannot measure what a draft costs, which --drafter auto has to know; name the drafter, as --drafter model`
    throw new SpeculationError('ERR_OPTION_INVALID', message, { cause })
  }
}
