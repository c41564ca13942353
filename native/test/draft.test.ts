import type { NativeContext, NativeDraft, NativeModel, NativeSequence } from '@foretoken/native'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { exactContext, type ModelName, nativeModel, promptTokens, write } from './texts.js'

const all = { maxTokens: 6, minProbability: 0 }

describe.each<ModelName>(['draft', 'hybrid'])('drafts of the %s model', (name) => {
  let model: NativeModel
  let context: NativeContext
  let prompt: Int32Array
  beforeAll(async () => {
    model = await nativeModel(name)
    context = await exactContext(model, { sequences: 2 })
    prompt = (await promptTokens(name))[0] as Int32Array
  })
  afterAll(async () => await model.dispose())

  const asArrays = ({ tokens, probabilities }: NativeDraft) => ({
    tokens: [...tokens],
    probabilities: [...probabilities],
  })

  /** What a sequence that never drafted before drafts behind this text. */
  async function fresh(text: Int32Array, options: Parameters<NativeContext['open']>[1] = {}): Promise<NativeDraft> {
    const sequence = await context.open(text, { reuse: false, ...options })
    const draft = await sequence.draft(all)
    await sequence.close()
    return draft
  }

  it('are what the model would write', async () => {
    const sequence = await context.open(prompt, { reuse: false })
    const { text } = await write(sequence, 6)
    await sequence.close()
    const { tokens, probabilities } = await fresh(prompt)
    expect([...tokens]).toEqual(text)
    expect([...probabilities].every((probability) => probability > 0 && probability <= 1)).toBe(true)
  })

  it('depend on the text alone, however it came about', async () => {
    const sequence = await context.open(prompt, { reuse: false })
    const text = [...prompt]
    const take = async (sequence: NativeSequence, tokens: readonly number[]) => {
      sequence.append(Int32Array.from(tokens))
      text.push(...tokens)
      const drafted = await sequence.draft(all)
      expect(asArrays(drafted)).toEqual(asArrays(await fresh(Int32Array.from(text))))
      return drafted
    }
    const first = await sequence.draft(all)
    expect(asArrays(await sequence.draft(all))).toEqual(asArrays(first))
    const second = await take(sequence, [...first.tokens, 5])
    const third = await take(sequence, [...second.tokens.subarray(0, 2), 6])
    // Fewer tokens than were drafted, and all of them right.
    await take(sequence, [...third.tokens.subarray(0, 3)])
    await take(sequence, [7])
    expect(sequence.depth).toBe(text.length)
    await sequence.close()
  })

  it('catch up in one decode', async () => {
    const sequence = await context.open(prompt, { reuse: false })
    await sequence.draft(all)
    sequence.append(Int32Array.of(3, 4, 5, 6, 7))
    const before = context.counters()
    const { tokens } = await sequence.draft(all)
    expect(context.counters().decodes - before.decodes).toBe(tokens.length)
    await sequence.close()
  })

  it('stop where they are too improbable, too long, or out of room', async () => {
    const sequence = await context.open(prompt, { reuse: false })
    const { tokens, probabilities } = await sequence.draft({ maxTokens: 12, minProbability: 0 })
    let product = 1
    const products = [...probabilities].map((probability) => (product *= probability))
    const least = (products[2] ?? 0) * 1.0001
    const cut = await sequence.draft({ maxTokens: 12, minProbability: least })
    expect([...cut.tokens]).toEqual([
      ...tokens.subarray(
        0,
        products.findIndex((value) => value < least),
      ),
    ])
    expect((await sequence.draft({ maxTokens: 0, minProbability: 0 })).tokens).toHaveLength(0)
    await sequence.close()
    const small = await exactContext(model, { contextTokens: prompt.length + 3 })
    const squeezed = await small.open(prompt)
    expect((await squeezed.draft({ maxTokens: 12, minProbability: 0 })).tokens.length).toBeLessThanOrEqual(3)
    expect(() => squeezed.append(new Int32Array(4))).toThrowError(expect.objectContaining({ code: 'ERR_CONTEXT_FULL' }))
    expect(() => squeezed.append(Int32Array.of(-1))).toThrowError(
      expect.objectContaining({ code: 'ERR_OPTION_INVALID' }),
    )
    await small.dispose()
  })

  it('are cancelled between two tokens', async () => {
    const sequence = await context.open(prompt, { reuse: false })
    const cancel = Int32Array.of(1)
    await expect(sequence.draft({ ...all, cancel })).rejects.toMatchObject({ code: 'ERR_ABORTED' })
    expect([...(await sequence.draft(all)).tokens]).toEqual([...(await fresh(prompt)).tokens])
    await sequence.close()
  })

  it('throw the same noise at the same places as the text itself', async () => {
    const sampling = { temperature: 2, seedLow: 77 }
    const sequence = await context.open(prompt, { reuse: false, sampling })
    const { text } = await write(sequence, 6)
    await sequence.close()
    expect([...(await fresh(prompt, { sampling })).tokens]).toEqual(text)
    expect([...(await fresh(prompt, { sampling: { temperature: 2, seedLow: 78 } })).tokens]).not.toEqual(text)
  })

  it('of two sequences share decodes', async () => {
    const one = await context.open(prompt, { reuse: false })
    const two = await context.open(prompt.subarray(0, 30), { reuse: false })
    const alone = [await one.draft(all), await two.draft(all)].map(asArrays)
    const before = context.counters()
    const together = await Promise.all([one.draft(all), two.draft(all)])
    expect(together.map(asArrays)).toEqual(alone)
    expect(context.counters().decodes - before.decodes).toBeLessThan(
      alone.reduce((sum, { tokens }) => sum + tokens.length, 0),
    )
    await one.close()
    await two.close()
  })
})
