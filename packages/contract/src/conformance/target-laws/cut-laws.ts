import * as fc from 'fast-check'
import { expect } from 'vitest'
import type { Target } from '../../target.js'
import type { TokenId } from '../../tokens.js'
import { codeOf } from '../code-of.js'
import { forAll } from '../law.js'
import type { LawSubject, Rule } from './subject.js'
import { type Drafting, expectSameText, maxDraftTokens, plainText, type Text, type Witness } from './text.js'

/** A draft is cut before an id outside the vocabulary; the text stays the same. */
export const vocabulary: Rule = (subject) => {
  const { vocabularySize = 2_147_483_647 } = subject
  return expectCutBefore(subject, [-1, -2_147_483_648, 2_147_483_647, vocabularySize])
}

/** A draft is cut before an end-of-text token, also where the text does not end there; the text stays the same. */
export const ending: Rule = async (subject) => {
  const ended = (await subject.plainTexts()).filter(({ end }) => end === 'end-of-text')
  const endTokens = [...subject.endTokens, ...ended.flatMap(({ tokens }) => tokens.slice(-1))]
  if (endTokens.length === 0)
    throw new Error('no text ends within maxTokens: give a prompt whose text does, or endTokens')
  await expectCutBefore(subject, endTokens)
}

/** Drafts beyond the free context are cut; the context is full at the same place as without drafts. */
export const context: Rule = async ({ smallContext, prompts, numRuns }) => {
  await using target = await smallContext?.()
  if (target === undefined) throw new Error('this law needs smallContext')
  const plain = await fillingText(target, prompts)
  const witness: Witness = ({ session }) => expect(session.depth).toBeLessThanOrEqual(session.contextTokens)
  const lengths = fc.array(fc.nat({ max: maxDraftTokens }), { minLength: 1, maxLength: 4 })
  await forAll({ numRuns: Math.ceil(numRuns / 2), shrinks: false }, lengths, async (draftTokens) => {
    // True as long as the text goes on, then something.
    const drafting: Drafting = (rest, round) => {
      const length = draftTokens[round % draftTokens.length] ?? 0
      return Int32Array.from({ length }, (_, index) => rest[index] ?? plain.prompt[0] ?? 0)
    }
    await expectSameText(target, plain, { drafting, witness })
  })
}

/** A prompt longer than the context throws `ERR_CONTEXT_FULL`; the target stays usable. */
export const prompt: Rule = async ({ create, plainTexts }) => {
  const [plain] = (await plainTexts()) as [Text]
  await using target = await create()
  const contextTokens = await contextOf(target, plain)
  const tooLong = new Int32Array(contextTokens + 1).map((_, index) => plain.prompt[index % plain.prompt.length] ?? 0)
  expect(await codeOf(() => target.open(tooLong))).toBe('ERR_CONTEXT_FULL')
  await expectSameText(target, plain)
}

/** Drafts that are true up to one of `forbidden` and go on after it, checked for where they are cut. */
async function expectCutBefore(
  { create, numRuns, plainTexts }: LawSubject,
  forbidden: readonly TokenId[],
): Promise<void> {
  const texts = await plainTexts()
  await using target = await create()
  const witness: Witness = ({ draft, verdict }) => {
    const cut = draft.findIndex((token) => forbidden.includes(token))
    if (cut >= 0) expect(verdict.width).toBeLessThanOrEqual(cut + 1)
  }
  const places = fc.array(fc.nat({ max: 5 }), { minLength: 2, maxLength: 4 })
  await forAll({ numRuns, shrinks: false }, fc.constantFrom(...texts), fc.nat(), places, (plain, turn, cuts) => {
    const drafting: Drafting = (rest, round) => {
      const cut = cuts[round % cuts.length] ?? 0
      const id = forbidden[(turn + round) % forbidden.length] ?? -1
      return Int32Array.from([...rest.slice(0, cut), id, ...rest.slice(cut + 1, cut + 3)])
    }
    return expectSameText(target, plain, { drafting, witness })
  })
}

/** The first plain text that fills the context. */
async function fillingText(target: Target, prompts: LawSubject['prompts']): Promise<Text> {
  for (const tokens of prompts) {
    const plain = await plainText(target, tokens, Number.POSITIVE_INFINITY)
    if (plain.end === 'context-full') return plain
  }
  throw new Error('no text fills the context of smallContext: give a longer prompt or a smaller context')
}

async function contextOf(target: Target, { prompt }: Text): Promise<number> {
  await using session = await target.open(prompt)
  return session.contextTokens
}
