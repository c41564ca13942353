import type { Draft, LengthPolicy } from '@foretoken/contract'

/** What drafters and the target do, and what it takes. */
export interface World {
  /** Seconds to verify a batch of that width. */
  readonly verifySeconds: (width: number) => number
  /** Seconds to draft that many tokens. */
  readonly draftSeconds?: (tokens: number) => number
  /** Seconds to run so many tokens again after a partial reject. */
  readonly replaySeconds?: (tokens: number) => number
  /** The draft of one step, before any limit, and how many of its tokens the target would accept. */
  readonly next: (committed: number) => { readonly draft: Draft; readonly agreeing: number }
}

/** Where a session stands after a step. */
export interface Balance {
  readonly committed: number
  readonly seconds: number
  readonly sent: number
  readonly accepted: number
}

/** Plays a session until it has committed `tokens` tokens. */
export function playWorld(policy: LengthPolicy, world: World, tokens: number): Balance[] {
  const session = policy.open()
  const balances: Balance[] = []
  let committed = 0
  let seconds = 0
  while (committed < tokens) {
    const limits = session.limits({ depth: 100 + committed, batchWidth: 0 })
    const { draft: offered, agreeing } = world.next(committed)
    const draft = limits.maxTokens === 0 ? { ...offered, tokens: new Int32Array() } : within(offered, limits)
    const sent = limits.maxTokens === 0 ? 0 : session.cut(draft)
    const accepted = Math.min(agreeing, sent)
    const replayed = accepted < sent ? (world.replaySeconds?.(accepted + 1) ?? 0) : 0
    const verifySeconds = world.verifySeconds(sent + 1) + replayed
    const draftSeconds = limits.maxTokens === 0 ? 0 : (world.draftSeconds?.(draft.tokens.length) ?? 0)
    session.observe({
      draft,
      sent,
      accepted,
      draftMs: 1000 * draftSeconds,
      verifyMs: 1000 * verifySeconds,
      width: sent + 1,
      batchWidth: 0,
      depth: 100 + committed,
    })
    committed += accepted + 1
    seconds += draftSeconds + verifySeconds
    balances.push({ committed, seconds, sent, accepted })
  }
  return balances
}

function within(
  { tokens, probabilities, drafter }: Draft,
  { maxTokens, minProbability }: { maxTokens: number; minProbability: number },
): Draft {
  let length = Math.min(tokens.length, maxTokens)
  let product = 1
  for (let index = 0; index < length && probabilities; index++) {
    product *= probabilities[index] as number
    if (product < minProbability) length = index
  }
  const draft = { tokens: tokens.slice(0, length), drafter }
  return probabilities ? { ...draft, probabilities: probabilities.slice(0, length) } : draft
}
