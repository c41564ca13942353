import type { NativeContext, NativeModel, NativeSequence, NativeVerdict } from '@foretoken/native'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { almostRight, exactContext, type ModelName, nativeModel, promptTokens, write } from './texts.js'

const maxTokens = 32
const ever = 1e9
const none = new Int32Array()

describe.each<ModelName>(['base', 'moe', 'draft', 'hybrid'])('a sequence of the %s model', (name) => {
  let model: NativeModel
  let context: NativeContext
  let prompt: Int32Array
  let plain: number[]
  beforeAll(async () => {
    prompt = (await promptTokens(name))[0] ?? none
    model = await nativeModel(name)
    context = await exactContext(model)
    await using sequence = await closing(context, prompt)
    plain = (await write(sequence.open, maxTokens)).text
  })
  afterAll(async () => await model.dispose())

  it('writes the same on the calling thread and its own, as they come', async () => {
    const drafts = fc.record({
      places: fc.array(fc.boolean(), { minLength: 1, maxLength: 16 }),
      width: fc.integer({ min: 0, max: 12 }),
      seed: fc.nat(4),
    })
    let [here, there] = [0, 0]
    await fc.assert(
      fc.asyncProperty(drafts, async ({ places, width, seed }) => {
        await using sequence = await closing(context, prompt)
        let step = 0
        const both = {
          async verify(draft: Int32Array): Promise<NativeVerdict> {
            const isHere = places[step++ % places.length] as boolean
            const verdict = isHere ? sequence.open.verifyHere(draft, ever) : undefined
            if (verdict === undefined) there++
            else here++
            return verdict ?? (await sequence.open.verify(draft))
          },
        } as NativeSequence
        expect((await write(both, maxTokens, almostRight(plain, width, seed))).text).toEqual(plain)
      }),
      { numRuns: 10 },
    )
    expect(Math.min(here, there)).toBeGreaterThan(20)
  })

  it('drafts the same on both, also where the text went another way', async () => {
    await using here = await closing(context, prompt)
    const drafted: number[][] = []
    for (const token of plain.slice(0, 6)) {
      const limits = { maxTokens: 5, minProbability: 0 }
      const draft = here.open.draftHere(limits, ever) ?? (await here.open.draft(limits))
      drafted.push([...draft.tokens, ...draft.probabilities])
      here.open.append(Int32Array.of(token))
    }
    await here.open.close()
    await using there = await closing(context, prompt)
    for (const [index, token] of plain.slice(0, 6).entries()) {
      const draft = await there.open.draft({ maxTokens: 5, minProbability: 0 })
      expect([...draft.tokens, ...draft.probabilities]).toEqual(drafted[index])
      there.open.append(Int32Array.of(token))
    }
  })

  it('counts what it does there', async () => {
    await using sequence = await closing(context, prompt)
    const before = context.counters()
    const draft = Int32Array.from(plain.slice(0, 3))
    expect(await untilHere(sequence.open, draft)).toMatchObject({
      accepted: 3,
      width: 4,
      next: plain[3],
      batchWidth: 0,
    })
    const after = context.counters()
    expect([after.decodes - before.decodes, after.evaluatedTokens - before.evaluatedTokens]).toEqual([1, 4])
  })
})

describe('a verification on the calling thread', () => {
  let model: NativeModel
  let prompts: Int32Array[]
  beforeAll(async () => {
    prompts = (await promptTokens('base')).slice(0, 2)
    model = await nativeModel('base')
  })
  afterAll(async () => await model.dispose())

  it('is refused where it would take longer than allowed by the last decode, wide ones sooner', async () => {
    const context = await exactContext(model)
    await using sequence = await closing(context, prompts[0] ?? none)
    const last = await untilHere(sequence.open, none)
    expect(sequence.open.verifyHere(none, 0)).toBeUndefined()
    expect(sequence.open.verifyHere(new Int32Array(15), 8 * last.decodeMs)).toBeUndefined()
    const depth = sequence.open.depth
    expect(sequence.open.verifyHere(none, 8 * last.decodeMs)).toBeDefined()
    expect(sequence.open.depth).toBe(depth + 1)
  })

  it('is refused where others could share its decode, until they are closed', async () => {
    const context = await exactContext(model, { sequences: 2 })
    await using first = await closing(context, prompts[0] ?? none)
    const second = await context.open(prompts[1] ?? none)
    await new Promise((resolve) => setTimeout(resolve, 5))
    expect(first.open.verifyHere(none, ever)).toBeUndefined()
    await second.close()
    expect(await untilHere(first.open, none)).toMatchObject({ width: 1 })
  })

  it('is refused while the thread is at work, and by a context that is gone', async () => {
    const context = await exactContext(model)
    const sequence = await context.open(prompts[0] ?? none)
    const working = sequence.verify(none)
    expect(() => sequence.verifyHere(none, ever)).toThrow(expect.objectContaining({ code: 'ERR_SESSION_BUSY' }))
    await working
    await context.dispose()
    expect(sequence.verifyHere(none, ever)).toBeUndefined()
    await expect(sequence.verify(none)).rejects.toMatchObject({ code: 'ERR_SESSION_CLOSED' })
  })

  it('throws what another would reject with', async () => {
    const context = await exactContext(model, { contextTokens: (prompts[0]?.length ?? 0) + 2 })
    const sequence = await context.open(prompts[0] ?? none)
    for (const wrong of [-1, Number.NaN, '5', undefined]) {
      expect(() => sequence.verifyHere(none, wrong as number)).toThrow(
        expect.objectContaining({ code: 'ERR_OPTION_INVALID', message: expect.stringContaining('mostMs') }),
      )
    }
    while ((await untilHere(sequence, none)).end === '') {}
    expect(() => sequence.verifyHere(none, ever)).toThrow(expect.objectContaining({ code: 'ERR_SESSION_CLOSED' }))
    await sequence.close()
    expect(() => sequence.verifyHere(none, ever)).toThrow(expect.objectContaining({ code: 'ERR_SESSION_CLOSED' }))
  })
})

/** The thread falls idle a moment after its answer has arrived. */
async function untilHere(sequence: NativeSequence, draft: Int32Array): Promise<NativeVerdict> {
  for (;;) {
    const verdict = sequence.verifyHere(draft, ever)
    if (verdict !== undefined) return verdict
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
}

async function closing(context: NativeContext, prompt: Int32Array) {
  const open = await context.open(prompt, { reuse: false })
  return { open, [Symbol.asyncDispose]: () => open.close() }
}
