import type { Target, TargetSession } from '@foretoken/contract'
import type { LoadedModel } from '../src/model-types.js'

type TextModel = Pick<LoadedModel, 'openTarget' | 'textDecoder'>

/** A model whose sessions accept, of each hundred drafted tokens, one that they should refuse. */
export interface WrongModel extends TextModel {
  /** How many were accepted so far. */
  readonly badTokens: number
}

interface Count {
  drafted: number
  bad: number
}

export function wrongModel(model: TextModel): WrongModel {
  const count = { drafted: 0, bad: 0 }
  return {
    get badTokens() {
      return count.bad
    },
    textDecoder: () => model.textDecoder(),
    openTarget: async (options) => wrongTarget(await model.openTarget(options), count),
  }
}

function wrongTarget(target: Target, count: Count): Target {
  return {
    contractVersion: target.contractVersion,
    rollback: target.rollback,
    async open(prompt, options) {
      return wrongSession(target, { sequence: [...prompt], first: await target.open(prompt, options), count })
    },
    [Symbol.asyncDispose]: () => target[Symbol.asyncDispose](),
  }
}

function wrongSession(
  target: Target,
  { sequence, first, count }: { sequence: number[]; first: TargetSession; count: Count },
): TargetSession {
  let session = first
  return {
    get depth() {
      return session.depth
    },
    contextTokens: session.contextTokens,
    async verify(draft, options) {
      const verdict = await session.verify(draft, options)
      const { accepted, width } = verdict
      const refused = accepted < width - 1 ? draft[accepted] : undefined
      count.drafted += width - 1
      for (const token of draft.subarray(0, accepted)) sequence.push(token)
      if (refused === undefined || count.drafted < 100 * (count.bad + 1)) {
        sequence.push(verdict.next)
        return verdict
      }
      count.bad++
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
