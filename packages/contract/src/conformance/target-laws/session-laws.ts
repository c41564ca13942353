import * as fc from 'fast-check'
import { expect } from 'vitest'
import { NO_TOKENS } from '../../tokens.js'
import { codeOf } from '../code-of.js'
import { forAll } from '../law.js'
import type { LawSubject, Rule } from './subject.js'
import { draftPlans, expectText, knownTokens, planned, say } from './text.js'

/** A second call while one is running throws `ERR_SESSION_BUSY` and does not disturb the first. */
export const busy: Rule = async ({ create, plainTexts }) => {
  const texts = await plainTexts()
  await using target = await create()
  for (const plain of texts) {
    await using session = await target.open(plain.prompt)
    const draft = Int32Array.from(plain.tokens.slice(0, 2))
    const first = session.verify(draft)
    expect(await codeOf(() => session.verify(NO_TOKENS))).toBe('ERR_SESSION_BUSY')
    const { accepted, next, end } = await first
    const start = [...draft.subarray(0, accepted), next]
    expectText(end === '' ? await say(session, plain, { start }) : { tokens: start, end }, plain)
  }
}

/** Closing is idempotent; after it, and after the end of the text, a call throws `ERR_SESSION_CLOSED`. */
export const lifetime: Rule = async (subject) => {
  await using target = await subject.create()
  const session = await target.open(subject.prompts[0] ?? NO_TOKENS)
  await session.verify(NO_TOKENS)
  await session[Symbol.asyncDispose]()
  await session[Symbol.asyncDispose]()
  expect(await codeOf(() => session.verify(NO_TOKENS))).toBe('ERR_SESSION_CLOSED')
  // Once more when this law ends.
  await target[Symbol.asyncDispose]()
  expect(await codeAfterEnd(subject)).toBe('ERR_SESSION_CLOSED')
}

/** A signal that is already aborted throws `ERR_ABORTED`; a session goes on afterwards as if it had not been asked. */
export const abort: Rule = async ({ create, plainTexts }) => {
  const texts = await plainTexts()
  await using target = await create()
  const signal = AbortSignal.abort()
  for (const plain of texts) {
    expect(await codeOf(() => target.open(plain.prompt, { signal }))).toBe('ERR_ABORTED')
    await using session = await target.open(plain.prompt)
    for (const draft of [Int32Array.from(plain.tokens.slice(0, 2)), NO_TOKENS])
      expect(await codeOf(() => session.verify(draft, { signal }))).toBe('ERR_ABORTED')
    expectText(await say(session, plain, { drafting: (rest) => Int32Array.from(rest.slice(0, 3)) }), plain)
  }
}

/** What an earlier session evaluated, however it was left, changes nothing in a later one. */
export const reopening: Rule = async ({ create, numRuns, plainTexts }) => {
  const texts = await plainTexts()
  await using target = await create()
  const left = fc.record({ plain: fc.constantFrom(...texts), plans: draftPlans, tokens: fc.nat({ max: 3 }) })
  const reopened = fc.record({ plain: fc.constantFrom(...texts), reuse: fc.constantFrom('auto', 'none') })
  await forAll(
    { numRuns, shrinks: false },
    left,
    reopened,
    async ({ plain, plans, tokens }, { plain: next, reuse }) => {
      const session = await target.open(plain.prompt)
      const start = { ...plain, tokens: plain.tokens.slice(0, tokens) }
      await say(session, start, { drafting: planned(plans, knownTokens(texts)) })
      await session[Symbol.asyncDispose]()
      await using again = await target.open(next.prompt, { reuse })
      expectText(await say(again, next), next)
    },
  )
}

/** What a call throws after the first text that has an end. */
async function codeAfterEnd({ create, smallContext, prompts, plainTexts }: LawSubject): Promise<string> {
  const ended = (await plainTexts()).find(({ end }) => end !== '')
  await using target = await (ended === undefined ? smallContext?.() : create())
  if (target === undefined)
    throw new Error('no text ends within maxTokens: give a prompt whose text does, or smallContext')
  await using session = await target.open(ended?.prompt ?? prompts[0] ?? NO_TOKENS)
  for (let end = ''; end === ''; ) ({ end } = await session.verify(NO_TOKENS))
  return await codeOf(() => session.verify(NO_TOKENS))
}
