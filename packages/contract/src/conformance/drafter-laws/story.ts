import * as fc from 'fast-check'
import type { Draft, DraftLimits, DraftSession } from '../../drafter.js'
import type { Tokens } from '../../tokens.js'

/** A text as the target would write it, and how a loop asks for drafts on the way. */
export interface Story {
  readonly prompt: Tokens
  /** What follows the prompt. */
  readonly rest: Tokens
  /** Limits of the first, second, … draft; used in turn. */
  readonly limits: readonly DraftLimits[]
}

// Eight tokens and a few phrases make repeats, and therefore matches, frequent.
const token = fc.nat({ max: 7 })
const phrase = fc.array(token, { minLength: 3, maxLength: 8 })
const part = fc.oneof(
  { weight: 4, arbitrary: fc.nat({ max: 2 }).map((index) => ({ phrase: index })) },
  { weight: 1, arbitrary: token.map((noise) => ({ noise })) },
)

/** Limits of one draft. */
export const draftLimits: fc.Arbitrary<DraftLimits> = fc.record({
  maxTokens: fc.nat({ max: 12 }),
  minProbability: fc.constantFrom(0, 0, 0.1, 0.5, 0.9),
})

/** Texts of up to 200 tokens that repeat their own phrases, with noise between them. */
export const stories: fc.Arbitrary<Story> = fc
  .record({
    phrases: fc.array(phrase, { minLength: 3, maxLength: 3 }),
    parts: fc.array(part, { minLength: 8, maxLength: 24, size: 'max' }),
    promptShare: fc.double({ min: 0, max: 0.8, noNaN: true }),
    limits: fc.array(draftLimits, { minLength: 2, maxLength: 6, size: 'max' }),
  })
  .map(({ phrases, parts, promptShare, limits }) => {
    const text = Int32Array.from(parts.flatMap((one) => ('noise' in one ? [one.noise] : (phrases[one.phrase] ?? []))))
    const promptTokens = 1 + Math.floor(promptShare * (text.length - 1))
    return { prompt: text.slice(0, promptTokens), rest: text.slice(promptTokens), limits }
  })

/** One round of a story. */
export interface Round {
  readonly limits: DraftLimits
  /** A copy: a draft is valid only until the session's next call. */
  readonly draft: Draft
  /** How many of its first tokens are those of the story. */
  readonly accepted: number
}

/** Limits of one of the story's drafts. */
export function limitsOf({ limits }: Story, round: number): DraftLimits {
  return limits[round % limits.length] ?? { maxTokens: 0 }
}

/** Asks for a draft and copies it. */
export async function copyDraft(session: DraftSession, limits: DraftLimits): Promise<Draft> {
  const { tokens, probabilities, drafter } = await session.draft(limits)
  return { tokens: tokens.slice(), ...(probabilities && { probabilities: probabilities.slice() }), drafter }
}

/** Tells the whole story to a session that was opened with its prompt. */
export async function tell(story: Story, session: DraftSession): Promise<readonly Round[]> {
  const rounds: Round[] = []
  for await (const round of roundsOf(story, session)) rounds.push(round)
  return rounds
}

/** The story step by step, as a loop goes: draft, then commit what the text confirms and the token after it. */
export async function* roundsOf(story: Story, session: DraftSession): AsyncGenerator<Round, void, void> {
  const { rest } = story
  for (let position = 0, index = 0; position < rest.length; index++) {
    const limits = limitsOf(story, index)
    const draft = await copyDraft(session, limits)
    const accepted = agreement(draft.tokens, rest.subarray(position))
    session.commit(rest.slice(position, position + accepted + 1))
    position += accepted + 1
    yield { limits, draft, accepted }
  }
}

/** Length of the common prefix. */
function agreement(draft: Tokens, text: Tokens): number {
  const end = draft.findIndex((token, index) => token !== text[index])
  return end < 0 ? draft.length : end
}
