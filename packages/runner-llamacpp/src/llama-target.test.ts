import { SpeculationError, type TargetSession } from '@foretoken/contract'
import { testTarget } from '@foretoken/contract/conformance'
import { describe, expect, it } from 'vitest'
import { type FakeContextOptions, fakeContext } from '../test/fake-context.js'
import { LlamaTarget } from './llama-target.js'

const vocabularySize = 48
const endOfTextTokens = new Set([0, 47])
const none = new Int32Array(0)

function open({ contextTokens = 256, batchTokens = 32, words = '', ...options }: OpenOptions = {}) {
  const fake = fakeContext({ vocabularySize, contextSize: contextTokens, ...options })
  const target = new LlamaTarget(fake.context, {
    engine: { mark: () => 0, wordsSince: async () => words },
    limits: { contextTokens, batchTokens, vocabularySize, endOfTextTokens },
    rollback: options.recurrent === true ? 'checkpoint' : 'trim',
    onClose: () => {},
  })
  return { fake, target }
}

interface OpenOptions extends Partial<FakeContextOptions> {
  readonly contextTokens?: number
  readonly batchTokens?: number
  readonly words?: string
}

async function refusal(action: Promise<unknown>): Promise<SpeculationError> {
  try {
    await action
  } catch (error) {
    if (SpeculationError.is(error)) return error
    throw error
  }
  return expect.fail('nothing was thrown')
}

const prompts = [1, 7, 19, 23, 31].map((seed) =>
  Int32Array.from({ length: 6 }, (_, index) => 1 + ((seed * (index + 1)) % 46)),
)
const prompt = prompts[0] as Int32Array

describe.each([false, true])('a target with recurrent state: %s', (recurrent) => {
  testTarget({
    create: () => open({ recurrent }).target,
    smallContext: () => open({ recurrent, contextTokens: 14 }).target,
    prompts,
    vocabularySize,
    endTokens: [...endOfTextTokens],
  })
})

describe('a prompt', () => {
  const long = Int32Array.from({ length: 70 }, (_, index) => 1 + (index % 40))

  it('is evaluated in batches, of which the caller hears; its last token waits for the first step', async () => {
    const { fake, target } = open()
    const heard: number[] = []
    await target.open(long, { onProgress: ({ doneTokens, totalTokens }) => heard.push(doneTokens, totalTokens) })
    expect(fake.calls.map(({ length }) => length)).toEqual([32, 32, 5])
    expect(heard).toEqual([32, 70, 64, 70, 70, 70])
  })

  it('of one token is not evaluated at all', async () => {
    const { fake, target } = open({ recurrent: true })
    const session = await target.open(Int32Array.of(5))
    expect([fake.calls.length, session.depth]).toEqual([0, 1])
    await expect(session.verify(Int32Array.of(1, 2))).resolves.toMatchObject({ width: 3 })
  })

  it.each([
    ['a context too small', new Int32Array(256).fill(1), {}, 'ERR_CONTEXT_FULL', '256 tokens, and the context of 256'],
    ['no token', none, {}, 'ERR_OPTION_INVALID', 'at least one token'],
    [
      'an unknown token',
      Int32Array.of(1, 48),
      {},
      'ERR_OPTION_INVALID',
      'prompt token 1 must be an id from 0 to 47, got 48',
    ],
    ['a temperature', prompt, { sampling: { temperature: 0.7 } }, 'ERR_OPTION_INVALID', 'must be 0, got 0.7'],
    ['a grammar', prompt, { grammar: 'root ::= "a"' }, 'ERR_OPTION_INVALID', 'grammar must be left out'],
  ] as const)('with %s is refused, and the next one is taken', async (_, tokens, options, code, words) => {
    const { target } = open()
    const error = await refusal(target.open(tokens, options))
    expect([error.code, error.message]).toEqual([code, expect.stringContaining(words)])
    await expect(target.open(prompt)).resolves.toMatchObject({ depth: 6 })
  })

  it('stops between two batches when the caller cancels, and leaves nothing behind', async () => {
    const controller = new AbortController()
    const { fake, target } = open()
    const onProgress = () => controller.abort('enough')
    const error = await refusal(target.open(long, { signal: controller.signal, onProgress }))
    expect(error).toMatchObject({ code: 'ERR_ABORTED', cause: 'enough' })
    expect([fake.calls.length, fake.openSequences]).toEqual([1, 0])
    await expect(target.open(prompt)).resolves.toBeDefined()
  })

  it('stops when its listener throws', async () => {
    const { fake, target } = open()
    const onProgress = () => {
      throw new Error('no terminal')
    }
    await expect(target.open(long, { onProgress })).rejects.toThrow('no terminal')
    expect(fake.openSequences).toBe(0)
  })

  it('stops when the target closes', async () => {
    const { fake, target } = open()
    const opening = refusal(target.open(long))
    await target[Symbol.asyncDispose]()
    expect((await opening).code).toBe('ERR_SESSION_CLOSED')
    expect([fake.openSequences, fake.disposed]).toEqual([0, true])
    expect((await refusal(target.open(prompt))).code).toBe('ERR_SESSION_CLOSED')
  })
})

describe('a verification', () => {
  it('takes a checkpoint only before a draft', async () => {
    const { fake, target } = open({ recurrent: true })
    const session = await target.open(prompt)
    await session.verify(none)
    await session.verify(Int32Array.of(1, 2))
    expect(fake.calls.map((call) => (call === 'checkpoint' ? call : call.length))).toEqual([5, 1, 'checkpoint', 3, 1])
  })

  it('is never wider than a batch', async () => {
    const { target } = open({ batchTokens: 4 })
    const session = await target.open(prompt)
    await expect(session.verify(new Int32Array(20).fill(3))).resolves.toMatchObject({ width: 4 })
  })

  it('that fails says what llama.cpp said, and closes the session', async () => {
    let failing = false
    const beforeBatch = () => {
      if (failing) throw new Error('could not find a KV slot')
    }
    const { target, fake } = open({ beforeBatch, words: 'failed to find a memory slot for batch of size 1' })
    const session = await target.open(prompt)
    failing = true
    const error = await refusal(session.verify(none))
    expect([error.code, error.message]).toEqual([
      'ERR_ENGINE_LOST',
      'llama.cpp could not decode: could not find a KV slot (failed to find a memory slot for batch of size 1)',
    ])
    expect((await refusal(session.verify(none))).code).toBe('ERR_SESSION_CLOSED')
    expect((await refusal(target.open(prompt))).code).toBe('ERR_SESSION_BUSY')
    await session[Symbol.asyncDispose]()
    expect((await refusal(target.open(prompt))).code).toBe('ERR_ENGINE_LOST')
    expect(fake.openSequences).toBe(0)
  })
})

describe('closing', () => {
  it('waits for the running verification', async () => {
    let release = () => {}
    const gate = new Promise<void>((resolve) => {
      release = resolve
    })
    const { fake, target } = open({ beforeBatch: (tokens) => (tokens.length === 1 ? gate : undefined) })
    const session = await target.open(prompt)
    const verifying = session.verify(none)
    const closing = target[Symbol.asyncDispose]()
    await new Promise((resolve) => setImmediate(resolve))
    expect(fake.openSequences).toBe(1)
    release()
    await expect(verifying).resolves.toMatchObject({ accepted: 0 })
    await closing
    expect([fake.openSequences, fake.disposed]).toEqual([0, true])
    expect((await refusal(session.verify(none))).code).toBe('ERR_SESSION_CLOSED')
  })

  it('frees the one place that a session takes', async () => {
    const { target } = open()
    const sessions: TargetSession[] = []
    for (let round = 0; round < 3; round++) {
      const session = await target.open(prompt)
      sessions.push(session)
      const error = await refusal(target.open(prompt))
      expect([error.code, error.message]).toEqual(['ERR_SESSION_BUSY', expect.stringContaining('open another target')])
      await Promise.all([session[Symbol.asyncDispose](), session[Symbol.asyncDispose]()])
    }
    for (const session of sessions) expect((await refusal(session.verify(none))).code).toBe('ERR_SESSION_CLOSED')
  })
})
