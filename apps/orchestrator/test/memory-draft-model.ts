import { lookupDrafter } from '@foretoken/drafter-lookup'
import type { ModelPorts } from '../src/index.js'

/** A draft model that drafts as prompt lookup does. */
export interface MemoryDraftModel {
  readonly port: NonNullable<ModelPorts['modelDrafter']>
  /** The temperatures that its drafters were made with. */
  readonly temperatures: readonly (number | undefined)[]
  /** Drafters that are not disposed of yet. */
  readonly open: () => number
}

export function memoryDraftModel(): MemoryDraftModel {
  const temperatures: (number | undefined)[] = []
  let open = 0
  return {
    temperatures,
    open: () => open,
    async port(_model, { temperature }) {
      temperatures.push(temperature)
      open++
      const lookup = lookupDrafter()
      return {
        contractVersion: lookup.contractVersion,
        name: 'model',
        learnsAcrossSessions: false,
        open: (prompt, options) => {
          const session = lookup.open(prompt, options)
          return {
            draft: async (limits) => ({ ...(await session.draft(limits)), drafter: 'model' }),
            commit: (tokens) => session.commit(tokens),
            [Symbol.asyncDispose]: () => session[Symbol.asyncDispose](),
          }
        },
        [Symbol.dispose]: () => void open--,
        [Symbol.asyncDispose]: async () => void open--,
      }
    },
  }
}
