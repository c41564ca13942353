import type { CostCurve } from '@foretoken/adaptive-k'
import type { Drafter } from '@foretoken/contract'
import { type DraftModel, type DraftModelOptions, type OpenDraftModelParts, openDraftModel } from './draft-model.js'
import type { Drafting } from './drafting.js'
import type { ModelOptions } from './load-model.js'

/** What drafters are made from besides their names. */
export interface DraftingSources {
  /** Runs the draft model, for as many texts as wanted; absent without one. */
  readonly model?: Drafter
  /** What drafts cost, where that has to be known beforehand: a draft model is asked only where it is expected to pay. */
  readonly costs?: CostCurve
}

/** Sources that were opened for a command. */
export interface OpenedSources extends DraftingSources, AsyncDisposable {
  readonly draftModel?: DraftModel
}

/** Loads the draft model that the options name, and measures what it costs where a drafting asks for that. */
export async function openSources(
  { draft, draftTemp, threads }: DraftModelOptions & Pick<ModelOptions, 'threads'>,
  draftings: readonly (Drafting | undefined)[],
  parts: OpenDraftModelParts,
): Promise<OpenedSources> {
  if (draft === undefined) return { [Symbol.asyncDispose]: async () => {} }
  const draftModel = await openDraftModel({ draft, ...(threads !== undefined && { threads }) }, parts)
  try {
    const model = await draftModel.drafter(draftTemp)
    const weighs = draftings.some((drafting) => drafting?.weighsModel === true)
    if (weighs) parts.progress.show('Measuring what drafts cost')
    const costs = weighs ? await draftModel.measureCosts(parts.signal) : undefined
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
