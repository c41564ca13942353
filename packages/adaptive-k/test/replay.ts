import type { LengthPolicy } from '@foretoken/contract'

/** What the world answers to one step of a policy. */
export interface Answer {
  /** Tokens that the drafter could draft, before the limit. */
  readonly draftable: number
  /** How many of the first of them the target would accept. */
  readonly agreeing: number
}

/** What the policy did with it. */
export interface Replayed {
  readonly maxTokens: number
  readonly sent: number
  readonly accepted: number
}

/** Plays the answers to one session of the policy, as a loop does. */
export function replay(policy: LengthPolicy, answers: Iterable<Answer>): Replayed[] {
  const session = policy.open()
  const steps: Replayed[] = []
  let depth = 1
  for (const { draftable, agreeing } of answers) {
    const { maxTokens } = session.limits({ depth, batchWidth: 0 })
    const draft = { tokens: new Int32Array(Math.min(draftable, maxTokens)), drafter: 'replayed' }
    const sent = session.cut(draft)
    const accepted = Math.min(agreeing, sent)
    session.observe({ draft, sent, accepted, draftMs: 0, verifyMs: 1, width: sent + 1, batchWidth: 0, depth })
    depth += accepted + 1
    steps.push({ maxTokens, sent, accepted })
  }
  return steps
}

/** The same answer again and again. */
export function* always(answer: Answer, times: number): Generator<Answer> {
  for (let index = 0; index < times; index++) yield answer
}
