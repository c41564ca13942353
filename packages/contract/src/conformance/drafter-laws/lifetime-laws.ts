import { expect } from 'vitest'
import type { DraftSession } from '../../drafter.js'
import { SpeculationError } from '../../errors.js'
import type { Tokens } from '../../tokens.js'
import { codeOf } from '../code-of.js'
import { forAll } from '../law.js'
import { copyDraft, stories, tell } from './story.js'
import { liveAlone, type Rule, unchanged } from './subject.js'

/** A prompt and a commit of 500,000 tokens each overflow nothing, neither a stack nor a table. */
export const size: Rule = async ({ create }) => {
  const half = longText(500_000)
  using drafter = await create()
  await using session = drafter.open(half)
  await session.draft({ maxTokens: 8 })
  session.commit(half)
  await session.draft({ maxTokens: 8 })
}

/** Closing is asynchronous and idempotent; a closed session throws `ERR_SESSION_CLOSED`. */
export const lifetime: Rule = ({ create, numRuns }) =>
  forAll({ numRuns }, stories, async (story) => {
    const drafter = await create()
    const session = drafter.open(story.prompt)
    await tell(story, session)
    await session[Symbol.asyncDispose]()
    await session[Symbol.asyncDispose]()
    const afterwards = [() => session.draft({ maxTokens: 1 }), () => session.commit(story.prompt)]
    for (const call of afterwards) expect(await codeOf(call)).toBe('ERR_SESSION_CLOSED')
    drafter[Symbol.dispose]()
    drafter[Symbol.dispose]()
  })

/** A signal that is already aborted ends the draft at once, by what exists or by `ERR_ABORTED`, and harms nothing. */
export const abort: Rule = (subject) =>
  forAll(subject, stories, async (story) => {
    const abortedFirst = (session: DraftSession): DraftSession => ({
      ...unchanged(session),
      async draft(limits) {
        const aborted = { ...limits, signal: AbortSignal.abort() }
        await copyDraft(session, aborted).catch(rethrowUnlessAborted)
        return copyDraft(session, limits)
      },
    })
    expect(await liveAlone(subject, story, abortedFirst)).toEqual(await liveAlone(subject, story))
  })

function rethrowUnlessAborted(error: unknown): void {
  if (!SpeculationError.is(error, 'ERR_ABORTED')) throw error
}

/** Pseudo-random but full of repeats: a linear congruential generator whose high bits make few distinct tokens. */
function longText(length: number): Tokens {
  let state = 1
  return Int32Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state >>> 26
  })
}
