import * as fc from 'fast-check'
import type { Draft } from '../../drafter.js'
import type { LengthLimits, LengthSession } from '../../length-policy.js'

/** What a drafter and a target would do in one step. */
export interface Occasion {
  /** The longest draft there is. */
  readonly offered: Draft
  /** How many of its tokens the target would accept. */
  readonly agreeing: number
  readonly draftMs: number
  readonly verifyMs: number
  readonly batchWidth: number
}

/** What a policy decided in one step. */
export interface Decision {
  readonly limits: LengthLimits
  readonly draft: Draft
  readonly cut: number
}

const longestOffer = 24

/** Steps of every kind: nothing to draft, all wrong, all right, with and without probabilities. */
export const occasions: fc.Arbitrary<readonly Occasion[]> = fc.array(
  fc
    .record({
      length: fc.oneof(fc.constant(longestOffer), fc.nat({ max: longestOffer })),
      probabilities: fc.option(fc.array(fc.float({ min: 0, max: 1, noNaN: true }), { minLength: 1 }), {
        nil: undefined,
      }),
      agreeing: fc.oneof(fc.constantFrom(0, longestOffer), fc.nat({ max: longestOffer })),
      draftMs: fc.double({ min: 0, max: 10, noNaN: true }),
      verifyMs: fc.double({ min: 0.1, max: 100, noNaN: true }),
      batchWidth: fc.nat({ max: 8 }),
    })
    .map(({ length, probabilities, ...rest }) => ({ ...rest, offered: offer(length, probabilities) })),
  { minLength: 1, maxLength: 80, size: 'max' },
)

/** A draft of `length` tokens whose probabilities repeat those given. */
export function offer(length: number, probabilities?: readonly number[]): Draft {
  return {
    tokens: Int32Array.from({ length }, (_, index) => index),
    ...(probabilities && {
      probabilities: Float32Array.from({ length }, (_, index) => probabilities[index % probabilities.length] ?? 0),
    }),
    drafter: 'offered',
  }
}

/** Plays the steps with one session, as a loop goes. */
export function play(session: LengthSession, steps: readonly Occasion[]): readonly Decision[] {
  const decisions: Decision[] = []
  for (const decision of decisionsOf(session, steps)) decisions.push(decision)
  return decisions
}

/** The same step by step. */
export function* decisionsOf(session: LengthSession, steps: readonly Occasion[]): Generator<Decision, void, void> {
  let depth = 100
  for (const { offered, agreeing, draftMs, verifyMs, batchWidth } of steps) {
    const limits = session.limits({ depth, batchWidth })
    const draft = within(offered, limits)
    const cut = session.cut(draft)
    const accepted = Math.min(agreeing, cut)
    session.observe({ draft, sent: cut, accepted, draftMs, verifyMs, width: cut + 1, batchWidth, depth })
    depth += accepted + 1
    yield { limits, draft, cut }
  }
}

/** What a drafter makes of its longest draft within `limits`. */
function within({ tokens, probabilities, drafter }: Draft, { maxTokens, minProbability }: LengthLimits): Draft {
  let length = Math.min(tokens.length, maxTokens)
  if (probabilities === undefined) return { tokens: tokens.slice(0, length), drafter }
  let product = 1
  for (const [index, probability] of probabilities.subarray(0, length).entries()) {
    product *= probability
    if (product < minProbability) length = Math.min(length, index)
  }
  return { tokens: tokens.slice(0, length), probabilities: probabilities.slice(0, length), drafter }
}
