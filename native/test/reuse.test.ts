import type { NativeContext, NativeModel } from '@foretoken/native'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { exactContext, type ModelName, nativeModel, promptTokens, write } from './texts.js'

const maxTokens = 24

describe.each<ModelName>(['base', 'hybrid'])('a context of the %s model', (name) => {
  let model: NativeModel
  let context: NativeContext
  let prompts: Int32Array[]
  beforeAll(async () => {
    prompts = (await promptTokens(name)).slice(0, 4)
    model = await nativeModel(name)
  })
  afterAll(async () => await model.dispose())

  async function text(prompt: Int32Array, reuse: boolean): Promise<{ text: number[]; reusedTokens: number }> {
    const sequence = await context.open(prompt, { reuse })
    const written = await write(sequence, maxTokens, () => [1, 2])
    const { reusedTokens } = sequence
    await sequence.close()
    return { text: written.text, reusedTokens }
  }

  it('evaluates only the new tokens of a continued conversation', async () => {
    context = await exactContext(model, { contextTokens: 1024 })
    const start = Int32Array.from({ length: 600 }, (_, index) => (index * 37) % 4000)
    const first = await text(start, true)
    const before = context.counters()
    const continued = Int32Array.of(...start, ...first.text, 5, 6, 7)
    const second = await text(continued, true)
    const after = context.counters()
    // The last token of the first text was never evaluated, and the prompt's last one is left for the first verification.
    if (name === 'base') expect(second.reusedTokens).toBe(start.length + first.text.length - 1)
    // A recurrent state that went back to a copy lacks what followed it.
    expect(second.reusedTokens).toBeGreaterThan(start.length - 2)
    expect(after.evaluatedTokens - before.evaluatedTokens).toBeLessThan(200)
    expect(after.reusedTokens - before.reusedTokens).toBe(second.reusedTokens)
    expect(second.text).toEqual((await text(continued, false)).text)
    await context.dispose()
  })

  it('evaluates of a continued prompt what is new, but the last token', async () => {
    context = await exactContext(model, { contextTokens: 1024 })
    const start = Int32Array.from({ length: 600 }, (_, index) => (index * 37) % 4000)
    const first = await context.open(start)
    await first.close()
    const before = context.counters()
    const continued = await context.open(Int32Array.of(...start, 5, 6, 7))
    const after = context.counters()
    // The pending token of the first prompt and two of the three new ones.
    expect(continued.reusedTokens).toBe(599)
    expect(after.evaluatedTokens - before.evaluatedTokens).toBe(3)
    expect(after.decodes - before.decodes).toBe(1)
    await context.dispose()
  })

  it('goes on from texts of the same scope only', async () => {
    context = await exactContext(model, { contextTokens: 1024, sequences: 2 })
    const start = Int32Array.from({ length: 100 }, (_, index) => (index * 37) % 4000)
    const reused = async (scope?: string): Promise<number> => {
      const sequence = await context.open(Int32Array.of(...start, 5, 6), scope === undefined ? {} : { scope })
      await sequence.close()
      return sequence.reusedTokens
    }
    expect(await reused('one')).toBe(0)
    expect(await reused('two')).toBe(0)
    expect(await reused('one')).toBeGreaterThan(99)
    expect(await reused('two')).toBeGreaterThan(99)
    // Both places are of somebody: whoever gets one begins anew.
    expect(await reused()).toBe(0)
    expect(await reused('')).toBeGreaterThan(99)
    expect(await reused('one')).toBe(0)
    await context.dispose()
  })

  it('keeps several conversations apart, and writes what it writes without reuse', async () => {
    context = await exactContext(model, { sequences: 3 })
    const alone: number[][] = []
    for (const prompt of prompts) alone.push((await text(prompt, false)).text)
    for (let round = 0; round < 3; round++) {
      for (const [index, prompt] of prompts.entries()) {
        expect((await text(prompt, true)).text).toEqual(alone[index])
      }
    }
    const [first] = prompts as [Int32Array]
    // Part of a prompt that is kept, and another end.
    await text(first, true)
    const other = Int32Array.of(...first.subarray(0, first.length - 6), 40, 41)
    const reused = await text(other, true)
    expect(reused.text).toEqual((await text(other, false)).text)
    if (name === 'base') expect(reused.reusedTokens).toBe(first.length - 6)
    await context.dispose()
  })

  it('reuses nothing where that is asked', async () => {
    context = await exactContext(model)
    const [first] = prompts as [Int32Array]
    await text(first, true)
    expect((await text(first, false)).reusedTokens).toBe(0)
    await context.dispose()
  })
})
