import * as fc from 'fast-check'
import { expect } from 'vitest'
import type { Draft, DraftSession } from '../../drafter.js'
import type { Tokens } from '../../tokens.js'
import { forAll } from '../law.js'
import { copyDraft, draftLimits, limitsOf, stories, tell } from './story.js'
import { liveAlone, type Rule, unchanged } from './subject.js'

/** Between two commits equal calls return equal drafts, whatever else is drafted, also by a neighbour. */
export const purity: Rule = ({ create, numRuns }) =>
  forAll({ numRuns }, stories, stories, draftLimits, async (story, other, otherLimits) => {
    using drafter = await create()
    await using neighbour = drafter.open(other.prompt)
    await using session = drafter.open(story.prompt)
    await tell(story, {
      ...unchanged(session),
      async draft(limits) {
        const first = await copyDraft(session, limits)
        await neighbour.draft(otherLimits)
        await session.draft(otherLimits)
        expect(await copyDraft(session, limits)).toEqual(first)
        return first
      },
    })
  })

/** After a commit a draft depends on the longest draft before it, not on the number or order of shorter ones. */
export const longest: Rule = (subject) =>
  forAll(subject, stories, shorterLengths, shorterLengths, async (story, before, after) => {
    const withShorterDrafts = (session: DraftSession): DraftSession => ({
      ...unchanged(session),
      async draft(limits) {
        const drafts: Draft[] = []
        const draftShorter = async (share: number) =>
          drafts.push(await copyDraft(session, { ...limits, maxTokens: Math.floor(share * limits.maxTokens) }))
        for (const share of before) await draftShorter(share)
        const main = await copyDraft(session, limits)
        for (const share of after) await draftShorter(share)
        // Two different drafts of one length leave open which is the longest.
        fc.pre(drafts.every((draft) => draft.tokens.length < main.tokens.length || isSame(draft, main)))
        return main
      },
    })
    expect(await liveAlone(subject, story, withShorterDrafts)).toEqual(await liveAlone(subject, story))
  })

/** How long one to three shorter drafts are, as shares of the longest. */
const shorterLengths = fc.array(fc.constantFrom(0, 0.25, 0.5, 0.75), { minLength: 1, maxLength: 3 })

/** Committing in pieces equals committing at once. */
export const chunking: Rule = (subject) =>
  forAll(subject, stories, fc.integer({ min: 1, max: 4 }), async (story, pieceTokens) => {
    const inPieces = (session: DraftSession): DraftSession => ({
      ...unchanged(session),
      commit(tokens) {
        for (const piece of pieces(tokens, pieceTokens)) session.commit(piece)
      },
    })
    expect(await liveAlone(subject, story, inPieces)).toEqual(await liveAlone(subject, story))
  })

/** What a policy cut is no negative: had more been drafted than the committed tokens, later drafts were the same. */
export const labels: Rule = ({ create, numRuns }) =>
  forAll({ numRuns }, stories, fc.integer({ min: 1, max: 6 }), async (story, surplus) => {
    using left = await create()
    using right = await create()
    await using short = left.open(story.prompt)
    await using long = right.open(story.prompt)
    for (let start = 0, index = 0; start < story.rest.length; start += 4, index++) {
      const limits = limitsOf(story, index)
      const { tokens } = await copyDraft(short, limits)
      const { tokens: more } = await copyDraft(long, { ...limits, maxTokens: limits.maxTokens + surplus })
      // The rule is about a draft of which a policy verified only the beginning.
      if (!tokens.every((token, place) => token === more[place])) return
      for (const session of [short, long]) session.commit(tokens)
      expect(await copyDraft(long, limits)).toEqual(await copyDraft(short, limits))
      for (const session of [short, long]) session.commit(story.rest.slice(start, start + 4))
    }
  })

/** Tokens handed in are copied: the caller may overwrite them after the call. */
export const view: Rule = (subject) =>
  forAll(subject, stories, async (story) => {
    using drafter = await subject.create()
    const prompt = story.prompt.slice()
    await using session = drafter.open(prompt)
    prompt.reverse()
    const overwritten = await tell(story, {
      ...unchanged(session),
      commit(tokens) {
        session.commit(tokens)
        tokens.fill(7)
      },
    })
    expect(overwritten).toEqual(await liveAlone(subject, story))
  })

function isSame(left: Draft, right: Draft): boolean {
  return String(left.tokens) === String(right.tokens) && String(left.probabilities) === String(right.probabilities)
}

/** An empty piece, then pieces of `pieceTokens` tokens. */
function pieces(tokens: Tokens, pieceTokens: number): readonly Tokens[] {
  const cut = [tokens.slice(0, 0)]
  for (let start = 0; start < tokens.length; start += pieceTokens) cut.push(tokens.slice(start, start + pieceTokens))
  return cut
}
