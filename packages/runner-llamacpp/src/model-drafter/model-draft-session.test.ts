import { CONTRACT_VERSION, type Drafter, SpeculationError } from '@foretoken/contract'
import { testDrafter } from '@foretoken/contract/conformance'
import { describe, expect, it } from 'vitest'
import { codedError, type FakeNativeOptions, fakeNative } from '../../test/fake-native.js'
import { refusal } from '../../test/refusal.js'
import { DraftContexts } from './draft-contexts.js'
import { ModelDraftSession } from './model-draft-session.js'

const vocabularySize = 128

interface DrafterOptions extends Partial<FakeNativeOptions> {
  readonly contextTokens?: number
  readonly sequences?: number
  readonly mayBlockMs?: number
}

function drafterOf({ contextTokens = 4096, sequences = 3, mayBlockMs = 0, ...options }: DrafterOptions = {}) {
  const native = fakeNative({ vocabularySize, endOfTextTokens: [], ...options })
  const create = () => native.createContext({ contextTokens, sequences, threads: 1 })
  const contexts = new DraftContexts({ create, contextTokens, sequences, mayBlockMs })
  const drafter: Drafter = {
    contractVersion: CONTRACT_VERSION,
    name: 'model',
    learnsAcrossSessions: false,
    open: (prompt) => new ModelDraftSession({ name: 'model', contexts, vocabularySize, prompt, opening: {} }),
    [Symbol.dispose]: () => void contexts.close(),
  }
  return { drafter, contexts, native }
}

describe.each([0, 10])('one that may block for %i ms', (mayBlockMs) => {
  testDrafter({ create: () => drafterOf({ mayBlockMs }).drafter, numRuns: 20 })
})

const prompt = Int32Array.of(1, 2, 3)

describe('a session of a draft model', () => {
  it('says again what the model says, and knows it from a longer draft', async () => {
    const { drafter, native } = drafterOf()
    const session = drafter.open(prompt)
    const long = await session.draft({ maxTokens: 6 })
    expect(long.tokens).toHaveLength(6)
    // A draft that is known is there at once.
    const short = session.draft({ maxTokens: 6, minProbability: 0.75 })
    expect(short).toMatchObject({ drafter: 'model', tokens: long.tokens.subarray(0, 2) })
    session.commit(long.tokens.slice(0, 1))
    const rest = await session.draft({ maxTokens: 5 })
    expect([...rest.tokens]).toEqual([...long.tokens.subarray(1)])
    expect(native.contexts).toHaveLength(1)
  })

  it('takes a place with the first draft and gives it back; further contexts are made when all are taken', async () => {
    const { drafter, native } = drafterOf({ sequences: 2 })
    const sessions = [1, 2, 3, 4, 5].map((token) => drafter.open(Int32Array.of(token)))
    expect(native.contexts).toHaveLength(0)
    await Promise.all(sessions.map((session) => session.draft({ maxTokens: 2 })))
    expect(native.contexts.map(({ openSequences }) => openSequences)).toEqual([2, 2, 1])
    await Promise.all(sessions.map((session) => session[Symbol.asyncDispose]()))
    const again = drafter.open(prompt)
    await again.draft({ maxTokens: 2 })
    expect(native.contexts.map(({ openSequences }) => openSequences)).toEqual([1, 0, 0])
  })

  it.each([
    ['an unknown token', Int32Array.of(1, vocabularySize), prompt],
    ['a negative token', Int32Array.of(-1), prompt],
    ['no token yet', new Int32Array(0), new Int32Array(0)],
    ['more tokens than it can hold', new Int32Array(33), prompt],
    ['as many tokens as it can hold', new Int32Array(30), Int32Array.of(1, 2)],
  ])('drafts nothing behind a text with %s', async (_, start, committed) => {
    const { drafter, native } = drafterOf({ contextTokens: 32 })
    const session = drafter.open(start)
    session.commit(committed)
    await expect(Promise.resolve(session.draft({ maxTokens: 4 }))).resolves.toMatchObject({ tokens: new Int32Array(0) })
    expect(native.contexts).toHaveLength(0)
  })

  it('drafts no more than its context holds', async () => {
    const { drafter } = drafterOf({ contextTokens: 32 })
    const session = drafter.open(new Int32Array(29))
    expect((await session.draft({ maxTokens: 8 })).tokens).toHaveLength(3)
  })

  it('drafts on the calling thread where that may block, as long as it is short and alone', async () => {
    const { drafter, native } = drafterOf({ mayBlockMs: 6 })
    const session = drafter.open(prompt)
    const draft = await session.draft({ maxTokens: 6 })
    expect(draft.tokens).toEqual((await drafterOf().drafter.open(prompt).draft({ maxTokens: 6 })).tokens)
    session.commit(draft.tokens.slice())
    await session.draft({ maxTokens: 7 })
    expect(native.contexts[0]?.callsHere).toBe(1)
    await drafter.open(prompt).draft({ maxTokens: 2 })
    session.commit(prompt)
    await session.draft({ maxTokens: 2 })
    expect(native.contexts[0]?.callsHere).toBe(1)
  })

  it('that fails says why; its place is free again', async () => {
    let failing = true
    const beforeDecode = () => {
      if (failing) throw codedError('ERR_ENGINE_LOST', 'no memory slot')
    }
    const { drafter, native } = drafterOf({ sequences: 1, beforeDecode })
    const error = await refusal(Promise.resolve(drafter.open(prompt).draft({ maxTokens: 2 })))
    expect([error.code, error.message]).toEqual(['ERR_ENGINE_LOST', expect.stringContaining('no memory slot')])
    failing = false
    await drafter.open(prompt).draft({ maxTokens: 2 })
    expect(native.contexts).toHaveLength(1)
  })

  it('drafts nothing for a signal that has fired', async () => {
    const { drafter } = drafterOf()
    const session = drafter.open(prompt)
    expect(session.draft({ maxTokens: 2, signal: AbortSignal.abort() })).toMatchObject({ tokens: new Int32Array(0) })
  })

  it('closes once, and then says so', async () => {
    const { drafter, native } = drafterOf()
    const session = drafter.open(prompt)
    const drafting = session.draft({ maxTokens: 2 })
    const closing = Promise.all([session[Symbol.asyncDispose](), session[Symbol.asyncDispose]()])
    await Promise.resolve(drafting).catch((error: unknown) => {
      expect(SpeculationError.is(error, 'ERR_SESSION_CLOSED')).toBe(true)
    })
    await closing
    expect(native.contexts.map(({ openSequences }) => openSequences).filter((open) => open > 0)).toEqual([])
    expect(() => session.commit(prompt)).toThrow('was closed')
  })
})
