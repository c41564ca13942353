import { describe, expect, it } from 'vitest'
import { codedError } from '../../test/fake-native.js'
import { long, fakeTarget as open, prompt } from '../../test/fake-target.js'
import { refusal } from '../../test/refusal.js'

const none = new Int32Array(0)

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

  it('is done on the calling thread where that may block, as long as it is short and alone', async () => {
    const { target, fake } = await open({ sequences: 2, mayBlockMs: 4, endOfTextTokens: [] })
    const session = await target.open(prompt)
    await session.verify(none)
    await session.verify(long.subarray(0, 3))
    expect(fake.callsHere).toBe(2)
    await session.verify(long.subarray(0, 4))
    const other = await target.open(prompt)
    await session.verify(none)
    expect(fake.callsHere).toBe(2)
    await other[Symbol.asyncDispose]()
    await session.verify(none)
    expect(fake.callsHere).toBe(3)
  })

  it('on the calling thread leaves the event loop its turns, in which it can be given up', async () => {
    const { target, fake } = await open({ mayBlockMs: 4, contextTokens: 100_000, endOfTextTokens: [] })
    const session = await target.open(prompt)
    const controller = new AbortController()
    setTimeout(() => controller.abort('enough'), 20)
    const write = async () => {
      while (session.depth < 90_000) await session.verify(none, { signal: controller.signal })
    }
    expect(await refusal(write())).toMatchObject({ code: 'ERR_ABORTED', cause: 'enough' })
    expect(fake.callsHere).toBeGreaterThan(10)
    await expect(session.verify(none)).resolves.toMatchObject({ width: 1 })
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
