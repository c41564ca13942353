import type { NativeContext, NativeModel, NativeSequence } from '@foretoken/native'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { almostRight, exactContext, type ModelName, nativeModel, promptTokens, write } from './texts.js'

const sequences = 8
const maxTokens = 32

describe.each<ModelName>(['base', 'moe', 'hybrid'])('eight sequences of the %s model', (name) => {
  let model: NativeModel
  let alone: NativeContext
  let prompts: Int32Array[]
  let texts: number[][]
  beforeAll(async () => {
    prompts = (await promptTokens(name)).slice(0, sequences)
    model = await nativeModel(name)
    alone = await exactContext(model)
    texts = []
    for (const prompt of prompts) {
      const sequence = await alone.open(prompt, { reuse: false })
      texts.push((await write(sequence, maxTokens)).text)
      await sequence.close()
    }
  })
  afterAll(async () => await model.dispose())

  it('share each decode, and write what each writes alone', async () => {
    const context = await exactContext(model, { sequences })
    const opened = await Promise.all(prompts.map((prompt) => context.open(prompt)))
    const before = context.counters()
    const rounds = 6
    for (let round = 0; round < rounds; round++) {
      const verdicts = await Promise.all(opened.map((sequence) => sequence.verify(new Int32Array())))
      for (const [index, verdict] of verdicts.entries()) {
        const shared = { batchWidth: sequences - 1, width: 1, microBatches: 1 }
        expect(verdict).toMatchObject({ next: texts[index]?.[round], ...shared })
      }
    }
    const after = context.counters()
    expect(after.decodes - before.decodes).toBe(rounds)
    expect(after.evaluatedTokens - before.evaluatedTokens).toBe(rounds * sequences)
    expect(after.checkpoints).toBe(0)
    await context.dispose()
  })

  it.each([2, 5, 8])('write the same, %i at once, whatever is drafted and whenever they begin', async (count) => {
    const context = await exactContext(model, { sequences: count, batchTokens: 96 })
    let shared = 0
    const one = async (prompt: Int32Array, index: number) => {
      // Each begins while others are at work.
      for (let turn = 0; turn < index * 3; turn++) await new Promise(setImmediate)
      const sequence = await context.open(prompt)
      const known = texts[index] ?? []
      const { text, verdicts } = await write(sequence, maxTokens, almostRight(known, 1 + ((index * 5) % 13), index))
      expect(text).toEqual(known)
      shared += verdicts.filter(({ batchWidth }) => batchWidth > 0).length
      await sequence.close()
    }
    await Promise.all([...prompts, ...prompts].slice(0, count).map(one))
    expect(shared).toBeGreaterThan(count)
    await context.dispose()
  })

  it('do not wait for a long prompt longer than one decode', async () => {
    const context = await exactContext(model, { sequences: 2, batchTokens: 32, contextTokens: 1024 })
    const longest = texts.reduce((best, { length }, index) => (length > (texts[best]?.length ?? 0) ? index : best), 0)
    const short = await context.open(prompts[longest] as Int32Array)
    const long = Int32Array.from({ length: 900 }, (_, index) => (index * 31) % 4000)
    let isOpen = false
    const opening = context.open(long).then((sequence) => {
      isOpen = true
      return sequence
    })
    const batchWidths: number[] = []
    while (!isOpen) {
      const { batchWidth, end } = await short.verify(new Int32Array())
      batchWidths.push(batchWidth)
      if (end !== '') break
    }
    // Each shared its decode with a part of the prompt; the last may have been asked when the prompt was done.
    expect(batchWidths.length).toBeGreaterThan(1)
    for (const batchWidth of batchWidths.slice(0, -1)) expect(batchWidth).toBeGreaterThan(0)
    await opening
    await context.dispose()
  })
})

describe('calls of one sequence', () => {
  let model: NativeModel
  let context: NativeContext
  let sequence: NativeSequence
  beforeAll(async () => {
    model = await nativeModel('base')
    context = await exactContext(model, { sequences: 2 })
    sequence = await context.open(Int32Array.of(5, 6, 7, 8))
  })
  afterAll(async () => await model.dispose())

  it('do not overlap', async () => {
    const first = sequence.verify(new Int32Array())
    await expect(sequence.verify(new Int32Array())).rejects.toMatchObject({ code: 'ERR_SESSION_BUSY' })
    await expect(sequence.save()).rejects.toMatchObject({ code: 'ERR_SESSION_BUSY' })
    expect(() => sequence.append(Int32Array.of(1))).toThrowError(expect.objectContaining({ code: 'ERR_SESSION_BUSY' }))
    await first
  })

  it('can be withdrawn before they begin, and the sequence goes on', async () => {
    const other = await context.open(Int32Array.of(9, 8, 7))
    const depth = sequence.depth
    const asked = sequence.verify(Int32Array.of(3))
    expect(sequence.withdraw()).toBe(true)
    await expect(asked).rejects.toMatchObject({ code: 'ERR_ABORTED' })
    expect(sequence.withdraw()).toBe(false)
    expect(sequence.depth).toBe(depth)
    expect((await sequence.verify(new Int32Array())).width).toBe(1)
    await other.close()
  })

  it('end with the sequence, which leaves its place to others', async () => {
    const other = await context.open(Int32Array.of(9, 8, 7))
    await expect(context.open(Int32Array.of(1))).rejects.toMatchObject({ code: 'ERR_BUDGET_EXCEEDED' })
    const last = other.verify(new Int32Array())
    const closing = other.close()
    await expect(other.verify(new Int32Array())).rejects.toMatchObject({ code: 'ERR_SESSION_CLOSED' })
    const next = await context.open(Int32Array.of(1, 2))
    expect(await last).toMatchObject({ width: 1 })
    await closing
    await other.close()
    await next.close()
  })

  it('are cancelled at the next decode', async () => {
    const small = await exactContext(model, { contextTokens: 2048, batchTokens: 16, sequences: 1 })
    const cancel = new Int32Array(new SharedArrayBuffer(4))
    const heard: number[] = []
    const opening = small.open(new Int32Array(1900).fill(17), {
      cancel,
      onProgress: (done) => {
        heard.push(done)
        if (done >= 160) Atomics.store(cancel, 0, 1)
      },
    })
    await expect(opening).rejects.toMatchObject({ code: 'ERR_ABORTED' })
    expect(small.counters().evaluatedTokens).toBeLessThan(1000)
    expect(heard.length).toBeGreaterThan(2)
    expect(heard).toEqual(heard.toSorted((one, other) => one - other))
    const listening = small.open(new Int32Array(1900).fill(18), {
      onProgress: () => {
        throw new Error('heard enough')
      },
    })
    await expect(listening).rejects.toThrowError('heard enough')
    const again = await small.open(Int32Array.of(1, 2, 3))
    expect((await again.verify(new Int32Array())).width).toBe(1)
    await small.dispose()
  })
})
