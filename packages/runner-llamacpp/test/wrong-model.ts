import type { Target, TargetSession } from '@foretoken/contract'
import type { LoadedModel } from '../src/model-types.js'

/** A model whose sessions accept, of each hundred drafted tokens, one that they should refuse. */
export function wrongModel(model: Pick<LoadedModel, 'openTarget' | 'textDecoder'>): typeof model {
  return {
    textDecoder: () => model.textDecoder(),
    openTarget: async (options) => wrongTarget(await model.openTarget(options)),
  }
}

function wrongTarget(target: Target): Target {
  return {
    contractVersion: target.contractVersion,
    rollback: target.rollback,
    open: async (prompt, options) => wrongSession(target, [...prompt], await target.open(prompt, options)),
    [Symbol.asyncDispose]: () => target[Symbol.asyncDispose](),
  }
}

function wrongSession(target: Target, sequence: number[], first: TargetSession): TargetSession {
  let session = first
  let drafted = 0
  let due = 100
  return {
    get depth() {
      return session.depth
    },
    contextTokens: session.contextTokens,
    async verify(draft, options) {
      const verdict = await session.verify(draft, options)
      const { accepted, width } = verdict
      const refused = accepted < width - 1 ? draft[accepted] : undefined
      drafted += width - 1
      sequence.push(...draft.subarray(0, accepted))
      if (refused === undefined || drafted < due) {
        sequence.push(verdict.next)
        return verdict
      }
      due += 100
      sequence.push(refused)
      await session[Symbol.asyncDispose]()
      session = await target.open(Int32Array.from(sequence))
      const after = await session.verify(new Int32Array(0), options)
      sequence.push(after.next)
      return { ...after, accepted: accepted + 1, width }
    },
    [Symbol.asyncDispose]: () => session[Symbol.asyncDispose](),
  }
}
