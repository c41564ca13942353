import * as fc from 'fast-check'
import { expect } from 'vitest'
import type { Target, TargetSession, Verdict } from '../../target.js'
import { NO_TOKENS, type TokenId, type Tokens } from '../../tokens.js'

/** What a target said after a prompt. */
export interface Text {
  readonly prompt: Tokens
  readonly tokens: readonly TokenId[]
  readonly end: Verdict['end']
}

/** What was said so far, and why it ended. */
export type Said = Omit<Text, 'prompt'>

/** How a session is made to say a text. */
export interface Saying {
  /** Makes a draft, knowing how the text goes on; without it every draft is empty. */
  readonly drafting?: Drafting
  /** Hears of each verification. */
  readonly witness?: Witness
  /** What the session has said already. */
  readonly start?: readonly TokenId[]
}

export type Drafting = (rest: readonly TokenId[], round: number) => Tokens

export type Witness = (verified: {
  readonly draft: Tokens
  readonly verdict: Verdict
  readonly depthBefore: number
  readonly session: TargetSession
}) => unknown

/** Plain decoding: every draft is empty. */
export async function plainText(target: Target, prompt: Tokens, maxTokens: number): Promise<Text> {
  await using session = await target.open(prompt)
  const tokens: TokenId[] = []
  let end: Verdict['end'] = ''
  while (end === '' && tokens.length < maxTokens) {
    const verdict = await session.verify(NO_TOKENS)
    tokens.push(verdict.next)
    end = verdict.end
  }
  return { prompt, tokens, end }
}

/** Opens a session, lets it say the plain text again, and closes it. */
export async function expectSameText(target: Target, plain: Text, saying?: Saying): Promise<void> {
  await using session = await target.open(plain.prompt)
  expectText(await say(session, plain, saying), plain)
}

/** Goes on with an open session up to the end or the length of the plain text. */
export async function say(session: TargetSession, plain: Text, saying: Saying = {}): Promise<Said> {
  const { drafting = () => NO_TOKENS, witness, start = [] } = saying
  const tokens = [...start]
  let end: Verdict['end'] = ''
  for (let round = 0; end === '' && tokens.length < plain.tokens.length; round++) {
    const draft = drafting(plain.tokens.slice(tokens.length), round)
    const depthBefore = session.depth
    const verdict = await session.verify(draft)
    witness?.({ draft, verdict, depthBefore, session })
    tokens.push(...draft.subarray(0, verdict.accepted), verdict.next)
    end = verdict.end
  }
  return { tokens, end }
}

/** It is the plain text, as far as that is known: what follows an unfinished one is not compared. */
export function expectText({ tokens, end }: Said, plain: Text): void {
  expect(plain.end === '' ? tokens.slice(0, plain.tokens.length) : tokens).toEqual(plain.tokens)
  if (plain.end !== '') expect(end).toBe(plain.end)
}

/** How one draft is made: the true continuation, or one that goes wrong at some place, or noise, or nothing. */
export interface DraftPlan {
  readonly kind: 'true' | 'wrong' | 'noise' | 'none'
  readonly length: number
  /** Where it goes wrong. */
  readonly place: number
  /** Picks the wrong tokens and those after the text's end. */
  readonly picks: readonly number[]
}

/** Wider batches may round differently; up to this width real models were seen to agree bit by bit. */
export const maxDraftTokens = 16

/** Plans for the first, second, … draft of a text, used in turn. */
export const draftPlans: fc.Arbitrary<readonly DraftPlan[]> = fc.array(
  fc.record({
    kind: fc.constantFrom('true', 'wrong', 'wrong', 'wrong', 'noise', 'none'),
    length: fc.integer({ min: 1, max: maxDraftTokens }),
    place: fc.nat({ max: 5 }),
    picks: fc.array(fc.nat(), { minLength: 4, maxLength: 4 }),
  }),
  { minLength: 3, maxLength: 8, size: 'max' },
)

/** Drafts as planned; wrong tokens are of `vocabulary`, and a draft longer than the rest goes on with such. */
export function planned(plans: readonly DraftPlan[], vocabulary: readonly TokenId[]): Drafting {
  return (rest, round) => {
    const { kind, length, place, picks } = plans[round % plans.length] as DraftPlan
    if (kind === 'none') return NO_TOKENS
    const pick = (index: number) => vocabulary[((picks[index % picks.length] ?? 0) + index) % vocabulary.length] ?? 0
    return Int32Array.from({ length }, (_, index) => {
      const truth = rest[index] ?? pick(index)
      if (kind === 'true' || (kind === 'wrong' && index !== place % length)) return truth
      return pick(index) === truth ? pick(index + 1) : pick(index)
    })
  }
}

/** Ids that are surely in the vocabulary: all that occur in prompts and texts. */
export function knownTokens(texts: readonly Text[]): readonly TokenId[] {
  return [...new Set(texts.flatMap(({ prompt, tokens }) => [...prompt, ...tokens]))]
}
