import { loadBinding, type NativeContext, type NativeModel } from '@foretoken/native'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { almostRight, exactContext, type ModelName, nativeModel, nodeLlamaText, promptTokens, write } from './texts.js'

const maxTokens = 48

describe.each<ModelName>(['base', 'moe', 'draft', 'hybrid'])('a sequence of the %s model', (name) => {
  let model: NativeModel
  let context: NativeContext
  let prompts: Int32Array[]
  let plain: number[][]
  beforeAll(async () => {
    prompts = (await promptTokens(name)).slice(0, 4)
    model = await nativeModel(name)
    context = await exactContext(model)
    plain = []
    for (const prompt of prompts) {
      await using sequence = await closing(context, prompt)
      plain.push((await write(sequence.open, maxTokens)).text)
    }
  })
  afterAll(async () => {
    await context.dispose()
    await model.dispose()
  })

  it('writes what node-llama-cpp writes', async () => {
    for (const [index, prompt] of prompts.slice(0, 2).entries()) {
      expect(plain[index]).toEqual(await nodeLlamaText(name, prompt, maxTokens))
    }
  })

  it('writes the same with drafts of any width, right and wrong', async () => {
    const drafts = fc.record({
      index: fc.nat(prompts.length - 1),
      width: fc.integer({ min: 1, max: 32 }),
      seed: fc.nat(4),
    })
    let [accepted, rejected] = [0, 0]
    await fc.assert(
      fc.asyncProperty(drafts, async ({ index, width, seed }) => {
        await using sequence = await closing(context, prompts[index] as Int32Array)
        const known = plain[index] as number[]
        const { text, verdicts } = await write(sequence.open, maxTokens, almostRight(known, width, seed))
        expect(text).toEqual(known)
        for (const verdict of verdicts) {
          accepted += verdict.accepted
          rejected += verdict.width - 1 - verdict.accepted
        }
      }),
      { numRuns: 12 },
    )
    expect(Math.min(accepted, rejected)).toBeGreaterThan(100)
  })

  it('cuts what cannot be tried', async () => {
    await using sequence = await closing(context, prompts[0] as Int32Array)
    const [first = 0, second = 0] = plain[0] ?? []
    const [end = 0] = model.endOfTextTokens
    expect(await sequence.open.verify(Int32Array.of(first, -1, second))).toMatchObject({
      width: 2,
      accepted: 1,
      next: second,
    })
    expect(await sequence.open.verify(Int32Array.of(end, 5))).toMatchObject({ width: 1 })
    expect(await sequence.open.verify(Int32Array.of(model.vocabularySize))).toMatchObject({ width: 1 })
  })

  it('ends where the context does', async () => {
    const prompt = (prompts[0] as Int32Array).subarray(0, 20)
    const small = await exactContext(model, { contextTokens: 30 })
    await using sequence = await closing(small, prompt)
    const { verdicts } = await write(sequence.open, 100, () => [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
    expect(verdicts.at(-1)?.end).not.toBe('')
    expect(sequence.open.depth).toBeLessThanOrEqual(30)
    await expect(sequence.open.verify(new Int32Array())).rejects.toMatchObject({ code: 'ERR_SESSION_CLOSED' })
    await expect(small.open(new Int32Array(30).fill(5))).rejects.toMatchObject({ code: 'ERR_CONTEXT_FULL' })
    await small.dispose()
  })
})

describe('what was asked wrongly', () => {
  let model: NativeModel
  let context: NativeContext
  beforeAll(async () => {
    model = await nativeModel('base')
    context = await exactContext(model)
  })
  afterAll(async () => await model.dispose())

  it.each([
    ['no prompt', () => context.open(new Int32Array())],
    ['a token outside the vocabulary', () => context.open(Int32Array.of(1, 4096))],
    ['another array', () => context.open(new Float32Array(3) as never)],
    ['a context without its size', () => model.createContext({ threads: 1 } as never)],
    ['too many sequences', () => model.createContext({ contextTokens: 64, threads: 1, sequences: 257 })],
    [
      'a batch too small for the snapshots',
      () => model.createContext({ contextTokens: 64, threads: 1, batchTokens: 9, snapshots: 8 }),
    ],
    ['another cache type', () => model.createContext({ contextTokens: 64, threads: 1, keyType: 'q4' as never })],
  ])('is refused: %s', async (_, ask) => {
    await expect(ask()).rejects.toMatchObject({ code: 'ERR_OPTION_INVALID' })
  })

  it('is a model that is none', async () => {
    const path = new URL(import.meta.url).pathname
    await expect(loadBinding().loadModel(path)).rejects.toMatchObject({ code: 'ERR_MODEL_UNSUPPORTED' })
  })

  it('is a model that was given up', async () => {
    const other = await nativeModel('base')
    await other.dispose()
    await expect(other.createContext({ contextTokens: 64, threads: 1 })).rejects.toMatchObject({
      code: 'ERR_SESSION_CLOSED',
    })
  })
})

async function closing(context: NativeContext, prompt: Int32Array) {
  const open = await context.open(prompt, { reuse: false })
  return { open, [Symbol.asyncDispose]: () => open.close() }
}
