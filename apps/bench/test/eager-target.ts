import type { Target, TargetSession, TargetSessionOptions, Tokens } from '@foretoken/contract'
import { randomSource } from '../src/random-source.js'

/** A target that now and then takes a drafted token that is not its own: `rate` is how often where it would refuse. */
export function eagerTarget(target: Target, rate: number): Target {
  const random = randomSource(1)
  return {
    contractVersion: target.contractVersion,
    rollback: target.rollback,
    open: async (prompt, options = {}) => eagerSession({ target, prompt, options, takes: () => random() < rate }),
    // The target is its maker's.
    async [Symbol.asyncDispose]() {},
  }
}

interface EagerSessionParts {
  readonly target: Target
  readonly prompt: Tokens
  readonly options: TargetSessionOptions
  readonly takes: () => boolean
}

function eagerSession({ target, prompt, options, takes }: EagerSessionParts): TargetSession {
  const text = [...prompt]
  return {
    get depth() {
      return text.length
    },
    contextTokens: Number.MAX_SAFE_INTEGER,
    async verify(draft) {
      await using session = await target.open(Int32Array.from(text), options)
      const verdict = await session.verify(draft)
      const refused = draft[verdict.accepted]
      const next = refused !== undefined && takes() ? refused : verdict.next
      text.push(...draft.subarray(0, verdict.accepted), next)
      return { ...verdict, next }
    },
    async [Symbol.asyncDispose]() {},
  }
}
