import type { Penalties, Target, TargetSession, Tokens } from '@foretoken/contract'

/** Penalties that are subtracted, so that they can be written as biases. */
export type SubtractedPenalties = Required<Pick<Penalties, 'presence' | 'frequency' | 'lastTokens'>>

/**
 * A target that looks at the text for penalties once a batch, as one would that samples all positions of a draft with one
 * state: accepted tokens do not count for those behind them.
 */
export function frozenPenaltyTarget(target: Target, penalties: SubtractedPenalties): Target {
  return {
    contractVersion: target.contractVersion,
    rollback: target.rollback,
    open: async (prompt) => frozenSession(target, prompt, penalties),
    // The target is its maker's.
    async [Symbol.asyncDispose]() {},
  }
}

function frozenSession(target: Target, prompt: Tokens, penalties: SubtractedPenalties): TargetSession {
  const text = [...prompt]
  return {
    get depth() {
      return text.length
    },
    contextTokens: Number.MAX_SAFE_INTEGER,
    async verify(draft) {
      const sampling = { logitBias: biasesOf(text, penalties) }
      await using session = await target.open(Int32Array.from(text), { sampling })
      const verdict = await session.verify(draft)
      text.push(...draft.subarray(0, verdict.accepted), verdict.next)
      return verdict
    },
    async [Symbol.asyncDispose]() {},
  }
}

/** What each of the last tokens loses. */
function biasesOf(
  text: readonly number[],
  { presence, frequency, lastTokens }: SubtractedPenalties,
): { readonly token: number; readonly bias: number }[] {
  const counts = new Map<number, number>()
  for (const token of text.slice(-lastTokens)) counts.set(token, (counts.get(token) ?? 0) + 1)
  return Array.from(counts, ([token, count]) => ({ token, bias: -(presence + frequency * count) }))
}
