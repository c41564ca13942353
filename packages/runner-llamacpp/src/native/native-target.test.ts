import type { TargetSession } from '@foretoken/contract'
import { testTarget } from '@foretoken/contract/conformance'
import { describe, expect, it } from 'vitest'
import { endOfTextTokens, long, fakeTarget as open, prompt, prompts, vocabularySize } from '../../test/fake-target.js'
import { refusal } from '../../test/refusal.js'

const none = new Int32Array(0)

describe.each([
  [1, 0],
  [8, 0],
  [1, 10],
])('a target of %i sequences that may block for %i ms', (sequences, mayBlockMs) => {
  testTarget({
    create: async () => (await open({ sequences, mayBlockMs })).target,
    smallContext: async () => (await open({ sequences, mayBlockMs, contextTokens: 14 })).target,
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
    let begun = 0
    const beforeDecode = (tokens: number) => {
      if (tokens !== 1) return
      begun++
      return gate
    }
    const { fake, target } = await open({ sequences: 2, beforeDecode })
    const [session, waiting] = (await Promise.all([target.open(prompt), target.open(prompt)])) as [
      TargetSession,
      TargetSession,
    ]
    const verifying = session.verify(none)
    while (begun === 0) await new Promise((resolve) => setImmediate(resolve))
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
