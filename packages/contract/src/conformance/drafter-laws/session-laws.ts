import * as fc from 'fast-check'
import { expect } from 'vitest'
import type { Drafter, DraftSessionOptions } from '../../drafter.js'
import { forAll } from '../law.js'
import { type Round, roundsOf, type Story, stories } from './story.js'
import { type LawSubject, live, type Rule } from './subject.js'

const laneCount = 8

// Lanes share no token, so what one writes can never help another.
const laneStories: fc.Arbitrary<readonly Story[]> = fc
  .array(fc.array(fc.nat({ max: 7 }), { minLength: 4, maxLength: 8 }), { minLength: laneCount, maxLength: laneCount })
  .map((phrases) => phrases.map((phrase, lane) => repeated(phrase.map((token) => 16 * lane + token))))

// The last two are names that a plain object already has.
const scopePairs = fc.constantFrom<[string, string]>(['', 'tenant'], ['__proto__', 'constructor'])

/** Unless the drafter says that it learns across sessions, sessions before and beside this one change nothing. */
export const isolation: Rule = (subject) =>
  forAll(subject, stories, stories, async (story, other) => {
    using crowded = await subject.create()
    if (crowded.learnsAcrossSessions) return
    await live(crowded, other)
    const [rounds] = await interleave(crowded, [story, other])
    expect(rounds).toEqual(await alone(subject, [], story))
  })

/** Each of eight sessions open at once drafts its own text: as if alone, or half as well at least if it learns. */
export const concurrency: Rule = (subject) =>
  forAll({ numRuns: Math.ceil(subject.numRuns / 8) }, laneStories, async (lanes) => {
    using drafter = await subject.create()
    for (const [lane, rounds] of (await interleave(drafter, lanes)).entries()) {
      const expected = await alone(subject, [], lanes[lane] as Story)
      if (!drafter.learnsAcrossSessions) expect(rounds).toEqual(expected)
      expect(acceptedTokens(rounds)).toBeGreaterThanOrEqual(acceptedTokens(expected) / 2)
    }
  })

/** Whatever happens in other scopes, before or at the same time, drafts and probabilities are the same. */
export const scope: Rule = (subject) =>
  forAll(subject, stories, stories, scopePairs, async (story, other, [home, abroad]) => {
    using drafter = await subject.create()
    await live(drafter, other, { scope: abroad })
    await live(drafter, story, { scope: home })
    await live(drafter, story, { scope: abroad })
    const [rounds] = await interleave(drafter, [story, other], [{ scope: home }, { scope: abroad }])
    expect(rounds).toEqual(await alone(subject, [story], story, { scope: home }))
  })

/** A session that asked for `remember: 'none'` changes no draft of a later one. */
export const remember: Rule = (subject) =>
  forAll(subject, stories, stories, async (story, forgotten) => {
    using drafter = await subject.create()
    await live(drafter, story)
    await live(drafter, forgotten, { remember: 'none' })
    expect(await live(drafter, forgotten)).toEqual(await alone(subject, [story], forgotten))
  })

/** The story's rounds in a drafter that has only seen `earlier` ones in the same scope. */
async function alone(
  { create }: LawSubject,
  earlier: readonly Story[],
  story: Story,
  options?: DraftSessionOptions,
): Promise<readonly Round[]> {
  using drafter = await create()
  for (const one of earlier) await live(drafter, one, options)
  return await live(drafter, story, options)
}

/** Opens a session for each story, tells them in turns, a round each, and closes them all. */
async function interleave(
  drafter: Drafter,
  stories: readonly Story[],
  options: readonly DraftSessionOptions[] = [],
): Promise<readonly (readonly Round[])[]> {
  const lives = stories.map((story, index) => {
    const session = drafter.open(story.prompt, options[index])
    return { session, rounds: roundsOf(story, session), told: [] as Round[] }
  })
  for (let open = lives; open.length > 0; ) {
    const going: typeof lives = []
    for (const life of open) {
      const { value } = await life.rounds.next()
      if (value === undefined) continue
      life.told.push(value)
      going.push(life)
    }
    open = going
  }
  for (const { session } of lives) await session[Symbol.asyncDispose]()
  return lives.map(({ told }) => told)
}

/** Ten times the same phrase; only the first token is in the prompt, the rest comes in commits. */
function repeated(phrase: readonly number[]): Story {
  const text = Int32Array.from(Array.from({ length: 10 }, () => phrase).flat())
  return { prompt: text.slice(0, 1), rest: text.slice(1), limits: [{ maxTokens: 4 }] }
}

function acceptedTokens(rounds: readonly Round[]): number {
  return rounds.reduce((total, { accepted }) => total + accepted, 0)
}
