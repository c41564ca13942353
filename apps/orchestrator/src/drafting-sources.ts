import { basename } from 'node:path'
import type { CostCurve } from '@foretoken/adaptive-k'
import type { Drafter } from '@foretoken/contract'
import { type DraftMemory, type MemoryOptions, openMemory } from './draft-memory.js'
import { type DraftModel, type DraftModelOptions, type OpenDraftModelParts, openDraftModel } from './draft-model.js'
import type { Drafting } from './drafting.js'
import type { ModelOptions } from './load-model.js'
import { type CostParts, measureCosts } from './measure-costs.js'

/** What drafters are made from besides their names. */
export interface DraftingSources {
  /** Runs the draft model, for as many texts as wanted; absent without one. */
  readonly model?: Drafter
  /** What drafts cost, where that is weighed and the engine can measure it. */
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
  const draftModel = await openModel(options, parts)
  const close = async () => draftModel?.[Symbol.asyncDispose]()
  try {
    const model = await draftModel?.drafter(options.draftTemp)
    const costs = await costsOf(draftings, { ...parts, ...(model && { drafter: model }) })
    return {
      ...(draftModel && { draftModel }),
      ...(model && { model }),
      ...(costs && { costs }),
      ...(memory && { memory }),
      [Symbol.asyncDispose]: close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

async function openModel(
  { draft, threads }: SourceOptions,
  parts: OpenDraftModelParts,
): Promise<DraftModel | undefined> {
  return draft === undefined ? undefined : openDraftModel({ draft, ...(threads !== undefined && { threads }) }, parts)
}

/** A policy that is not told costs finds them out as it goes; a draft model is not asked before they are known. */
async function costsOf(
  draftings: readonly (Drafting | undefined)[],
  { drafter, ...parts }: CostParts,
): Promise<CostCurve | undefined> {
  const weighsModel = draftings.some((drafting) => drafting?.weighsModel === true)
  const weighsCosts = draftings.some((drafting) => drafting?.weighsCosts === true)
  if (!weighsModel && (!weighsCosts || parts.target.facts.engine !== 'native')) return undefined
  return measureCosts({ ...parts, ...(weighsModel && drafter && { drafter }) })
}
