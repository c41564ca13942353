import type { Drafter, DraftSession, DraftSessionOptions } from '../../drafter.js'
import type { Law } from '../law.js'
import { type Round, type Story, tell } from './story.js'

/** What a drafter law needs. */
export interface LawSubject {
  /** Makes a drafter that has seen nothing. */
  readonly create: () => Drafter | Promise<Drafter>
  readonly numRuns: number
}

/** A rule for drafters. */
export type Rule = Law<LawSubject>

/** Opens a session, tells it the story and closes it. */
export async function live(drafter: Drafter, story: Story, options?: DraftSessionOptions): Promise<readonly Round[]> {
  await using session = drafter.open(story.prompt, options)
  return await tell(story, session)
}

/** The same in a drafter of its own; `alter` may wrap the session. */
export async function liveAlone(
  { create }: LawSubject,
  story: Story,
  alter: (session: DraftSession) => DraftSession = (session) => session,
): Promise<readonly Round[]> {
  using drafter = await create()
  await using session = drafter.open(story.prompt)
  return await tell(story, alter(session))
}

/** The session's methods, to be spread and altered. */
export function unchanged(session: DraftSession): DraftSession {
  return {
    draft: (limits) => session.draft(limits),
    commit: (tokens) => session.commit(tokens),
    [Symbol.asyncDispose]: () => session[Symbol.asyncDispose](),
  }
}
