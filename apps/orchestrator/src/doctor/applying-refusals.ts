import { type PairVerdict, type Refusal, refusalOf } from '@foretoken/registry'
import type { FileReport } from './doctor-result.js'

/** Something that is known not to work with these models, or not well. */
export type ApplyingRefusal = Pick<Refusal, 'name' | 'title' | 'figure' | 'reason' | 'instead' | 'since'>

/** A model and what is to draft for it. */
export interface RefusedModels {
  readonly model: FileReport
  readonly draft?: FileReport | undefined
  readonly pair?: PairVerdict | undefined
}

// Of the model's parameters: as near as quantisations of one model are.
const nearlyAll = 0.9
/** Parameters that a token passes, from which a draft model can be much smaller. */
const manyParameters = 10e9

/** Which of the known situations these models are in. */
export function applyingRefusals({ model, draft, pair }: RefusedModels): readonly ApplyingRefusal[] {
  const keepsState = model.rollback === 'bounded' || model.rollback === 'checkpoint' || model.rollback === 'none'
  const isMixture = model.experts !== undefined && model.activeParameters < manyParameters
  const isItself = draft !== undefined && draft.parameters > nearlyAll * model.parameters
  const names = [
    ...(keepsState ? ['recurrent-models'] : []),
    ...(draft !== undefined && isMixture ? ['moe-few-active'] : []),
    ...(draft !== undefined && model.seesWithProjector && !draft.seesWithProjector ? ['text-draft-for-vision'] : []),
    ...(isItself ? ['self-speculation'] : []),
    ...(pair?.reasons.some(({ rule }) => rule === 'bos' || rule === 'eos') === true ? ['odd-bos'] : []),
  ]
  return names.flatMap((name) => {
    const refusal = refusalOf(name)
    if (refusal === undefined) return []
    const { title, figure, reason, instead, since } = refusal
    return { name, title, figure, reason, instead, ...(since !== undefined && { since }) }
  })
}
