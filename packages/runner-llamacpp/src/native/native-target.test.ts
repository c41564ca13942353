import type { TargetSession } from '@foretoken/contract'
import { testTarget } from '@foretoken/contract/conformance'
import { describe, expect, it } from 'vitest'
import { codedError, type FakeNativeOptions, fakeNative } from '../../test/fake-native.js'
import { refusal } from '../../test/refusal.js'
import type { SessionStore } from '../session-file.js'
import { NativeTarget } from './native-target.js'

const vocabularySize = 48
const endOfTextTokens = [0, 47]
const none = new Int32Array(0)

interface OpenOptions extends Partial<FakeNativeOptions> {
  readonly contextTokens?: number
  readonly batchTokens?: number
  readonly sequences?: number
}

async function open({ contextTokens = 256, batchTokens = 32, sequences = 1, ...options }: OpenOptions = {}) {
  const native = fakeNative({ vocabularySize, endOfTextTokens, ...options })
  const context = await native.createContext({ contextTokens, batchTokens, sequences, threads: 1 })
  const saved = new Map<string, Uint8Array>()
  const store: SessionStore = {
    read: async (path) => saved.get(path) ?? new Uint8Array(3),
    write: async (path, state) => void saved.set(path, state),
  }
  const limits = { contextTokens, batchTokens, sequences, vocabularySize }
  const target = new NativeTarget({ context, ...limits, store, onClose: () => {} })
  const [fake] = native.contexts
  return { target, fake: fake ?? expect.fail() }
}

const prompts = [1, 7, 19, 23, 31].map((seed) =>
  Int32Array.from({ length: 6 }, (_, index) => 1 + ((seed * (index + 1)) % 46)),
)
const prompt = prompts[0] as Int32Array
const long = Int32Array.from({ length: 70 }, (_, index) => 1 + (index % 40))

describe.each([1, 8])('a target of %i sequences', (sequences) => {
  testTarget({
    create: async () => (await open({ sequences })).target,
    smallContext: async () => (await open({ sequences, contextTokens: 14 })).target,
    prompts,
    vocabularySize,
    endTokens: endOfTextTokens,
  })
})

describe('several sessions', () => {
  it('share a decode where they verify in one turn, and say how much the others put in', async () => {
    const { target } = await open({ sequences: 3 })
    const sessions = await Promise.all(prompts.slice(0, 3).map((one) => target.open(one)))
    const before = target.counters().decodes
    const verdicts = await Promise.all(sessions.map((session, index) => session.verify(long.subarray(0, index))))
    expect(target.counters().decodes - before).toBe(1)
    expect(verdicts.map(({ width, batchWidth }) => [width, batchWidth])).toEqual([
      [1, 5],
      [2, 4],
      [3, 3],
    ])
  })

  it('are as many as there are places; a place is free as soon as its session is closed', async () => {
    const { target } = await open({ sequences: 2 })
    const first = await target.open(prompt)
    await target.open(prompt)
    const error = await refusal(target.open(prompt))
    expect([error.code, error.message]).toEqual(['ERR_SESSION_BUSY', expect.stringContaining('2 open sessions')])
    await first[Symbol.asyncDispose]()
    await expect(target.open(prompt)).resolves.toMatchObject({ depth: 6 })
  })
})

describe('a prompt', () => {
  it('is evaluated in batches, of which the caller hears', async () => {
    const { target } = await open()
    const heard: number[] = []
    await target.open(long, { onProgress: ({ doneTokens, totalTokens }) => heard.push(doneTokens, totalTokens) })
    expect(heard).toEqual([32, 70, 64, 70, 70, 70])
  })

  it.each([
    ['a context too small', new Int32Array(256).fill(1), {}, 'ERR_CONTEXT_FULL', '256 tokens, and the context of 256'],
    ['no token', none, {}, 'ERR_OPTION_INVALID', 'at least one token'],
    ['an unknown token', Int32Array.of(1, 48), {}, 'ERR_OPTION_INVALID', 'prompt token 1 must be an id from 0 to 47'],
    [
      'too much of an answer',
      prompt,
      { answerTokens: 7 },
      'ERR_OPTION_INVALID',
      'answerTokens must be an integer from 0 to 6',
    ],
    ['no temperature', prompt, { sampling: { temperature: -1 } }, 'ERR_OPTION_INVALID', 'sampling.temperature must be'],
  ] as const)('with %s is refused, and the next one is taken', async (_, tokens, options, code, words) => {
    const { target } = await open()
    const error = await refusal(target.open(tokens, options))
    expect([error.code, error.message]).toEqual([code, expect.stringContaining(words)])
    await expect(target.open(prompt)).resolves.toMatchObject({ depth: 6 })
  })

  it('stops between two batches when the caller cancels, and leaves its place free', async () => {
    const controller = new AbortController()
    const { fake, target } = await open()
    const onProgress = () => controller.abort('enough')
    const error = await refusal(target.open(long, { signal: controller.signal, onProgress }))
    expect(error).toMatchObject({ code: 'ERR_ABORTED', cause: 'enough' })
    expect([fake.counters().decodes, fake.openSequences]).toEqual([1, 0])
    await expect(target.open(prompt)).resolves.toBeDefined()
  })

  it('stops when its listener throws, also at the end', async () => {
    const { fake, target } = await open()
    const onProgress = () => {
      throw new Error('no terminal')
    }
    await expect(target.open(long, { onProgress })).rejects.toThrow('no terminal')
    await expect(target.open(prompt, { onProgress })).rejects.toThrow('no terminal')
    expect(fake.openSequences).toBe(0)
  })

  it('stops when the target closes', async () => {
    const { fake, target } = await open()
    const opening = refusal(target.open(long))
    await target[Symbol.asyncDispose]()
    expect((await opening).code).toBe('ERR_SESSION_CLOSED')
    expect([fake.openSequences, fake.disposed]).toEqual([0, true])
    expect((await refusal(target.open(prompt))).code).toBe('ERR_SESSION_CLOSED')
  })

  it('passes on what the engine is to do', async () => {
    const { fake, target } = await open()
    await target.open(prompt, {
      reuse: 'none',
      answerTokens: 2,
      grammar: 'root ::= "a"',
      sampling: { seed: 2 ** 33 + 5 },
    })
    expect(fake.opened[0]).toMatchObject({
      reuse: false,
      answerTokens: 2,
      sampling: { grammar: 'root ::= "a"', seedLow: 5, seedHigh: 2 },
    })
  })
})

describe('a verification', () => {
  it('that waits can be withdrawn, and the session goes on', async () => {
    const { target } = await open()
    const session = await target.open(prompt)
    const controller = new AbortController()
    const verifying = refusal(session.verify(none, { signal: controller.signal }))
    controller.abort('enough')
    expect(await verifying).toMatchObject({ code: 'ERR_ABORTED', cause: 'enough' })
    await expect(session.verify(none)).resolves.toMatchObject({ width: 1 })
    expect(session.depth).toBe(7)
  })

  it('tells of each committed token how probable it was', async () => {
    const { target } = await open()
    const session = await target.open(prompt, { topLogProbabilities: 2 })
    const other = await (await open()).target.open(prompt)
    const draft = Int32Array.of((await other.verify(none)).next)
    const { accepted, choices } = await session.verify(draft)
    expect(accepted).toBe(1)
    const entry = (index: number) => ({ token: index, logProbability: -index })
    expect(choices).toEqual([
      { ...entry(0), logProbability: -0, top: [entry(1), entry(2)] },
      { ...entry(3), top: [entry(4), entry(5)] },
    ])
    expect((await other.verify(none)).choices).toBeUndefined()
  })

  it('that fails says why, and closes the session', async () => {
    let failing = false
    const beforeDecode = () => {
      if (failing) throw codedError('ERR_ENGINE_LOST', 'no memory slot for a batch of 1')
    }
    const { target, fake } = await open({ beforeDecode })
    const session = await target.open(prompt)
    failing = true
    const error = await refusal(session.verify(none))
    expect([error.code, error.message]).toEqual([
      'ERR_ENGINE_LOST',
      'llama.cpp could not decode: no memory slot for a batch of 1',
    ])
    expect((await refusal(session.verify(none))).code).toBe('ERR_SESSION_CLOSED')
    await session[Symbol.asyncDispose]()
    expect((await refusal(target.open(prompt))).code).toBe('ERR_ENGINE_LOST')
    expect(fake.openSequences).toBe(0)
  })

  it.each([
    ['ERR_BUDGET_EXCEEDED', 'no memory', 'llama.cpp could not decode: no memory; raise the limit or ask for less'],
    ['E2BIG', 'odd', 'llama.cpp could not decode: odd'],
  ])('that fails with %s says what to do', async (code, words, message) => {
    let failing = false
    const { target } = await open({
      beforeDecode: () => {
        if (failing) throw codedError(code, words)
      },
    })
    const session = await target.open(prompt)
    failing = true
    const error = await refusal(session.verify(none))
    expect([error.code, error.message]).toEqual([code.startsWith('ERR_') ? code : 'ERR_ENGINE_LOST', message])
  })
})

describe('a saved session', () => {
  it('goes on where it was', async () => {
    const { target } = await open({ sequences: 2 })
    const session = await target.open(prompt)
    await session.verify(none)
    await session.save('session')
    const restored = await target.restore('session')
    expect(restored.depth).toBe(session.depth)
    expect(await restored.verify(none)).toMatchObject({ next: (await session.verify(none)).next })
  })

  it('that does not fit is refused, and leaves its place free', async () => {
    const { target } = await open()
    expect((await refusal(target.restore('damaged'))).code).toBe('ERR_MEMORY_FORMAT')
    await expect(target.open(prompt)).resolves.toBeDefined()
  })

  it('is saved between two verifications only, and not when closed', async () => {
    const { target } = await open()
    const session = await target.open(prompt)
    const verifying = session.verify(none)
    expect((await refusal(session.save('session'))).code).toBe('ERR_SESSION_BUSY')
    await verifying
    await session[Symbol.asyncDispose]()
    expect((await refusal(session.save('session'))).code).toBe('ERR_SESSION_CLOSED')
  })
})

describe('the cost of a batch', () => {
  it('leaves out what could not be measured', async () => {
    const { target, fake } = await open()
    await expect(target.measureCost({ widths: [1, 2, 8, 9, 400], depth: 5 })).resolves.toEqual({
      points: [
        { width: 1, seconds: 0.001 },
        { width: 2, seconds: 0.002 },
        { width: 8, seconds: 0.008 },
      ],
    })
    expect(fake.openSequences).toBe(0)
  })

  it('of a target with checkpoints adds what going back takes', async () => {
    const { target } = await open({ rollback: 'checkpoint' })
    const { replay } = await target.measureCost({ widths: [1, 4] })
    const milliseconds = replay?.map(({ width, seconds }) => [width, Math.round(1e6 * seconds) / 1e3])
    expect(milliseconds).toEqual([
      [1, 10],
      [4, 13],
    ])
  })

  it.each([{ widths: [2, 2] }, { widths: [0] }, { widths: [1025] }, { depth: 0 }, { budgetMs: 0 }])(
    'is not measured with %j',
    async (options) => {
      const { target } = await open()
      expect((await refusal(target.measureCost(options))).code).toBe('ERR_OPTION_INVALID')
      expect((await refusal(target.measureCost({ widths: [9] }))).code).toBe('ERR_BUDGET_EXCEEDED')
    },
  )
})

describe('closing', () => {
  it('waits for what runs and for what was asked before', async () => {
    let release = () => {}
    const gate = new Promise<void>((resolve) => {
      release = resolve
    })
    const { fake, target } = await open({ sequences: 2, beforeDecode: (tokens) => (tokens === 1 ? gate : undefined) })
    const [session, waiting] = (await Promise.all([target.open(prompt), target.open(prompt)])) as [
      TargetSession,
      TargetSession,
    ]
    const verifying = session.verify(none)
    await new Promise((resolve) => setImmediate(resolve))
    const asked = waiting.verify(none)
    const closing = target[Symbol.asyncDispose]()
    await new Promise((resolve) => setImmediate(resolve))
    expect(fake.disposed).toBe(false)
    release()
    await expect(verifying).resolves.toMatchObject({ accepted: 0 })
    await expect(asked).resolves.toMatchObject({ accepted: 0 })
    await closing
    expect([fake.openSequences, fake.disposed]).toEqual([0, true])
    expect((await refusal(session.verify(none))).code).toBe('ERR_SESSION_CLOSED')
  })
})
