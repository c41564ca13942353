import type { NativeContext, NativeModel, NativeSequence } from '@foretoken/native'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { almostRight, exactContext, nativeModel, promptTokens, write } from './texts.js'

const maxTokens = 40
const widest = 8

let model: NativeModel
let prompt: Int32Array
/** What the hybrid model writes after the prompt, token by token. */
let known: number[]
beforeAll(async () => {
  model = await nativeModel('hybrid')
  prompt = (await promptTokens('hybrid'))[0] as Int32Array
  const context = await exactContext(model)
  known = await continued(context, prompt)
  await context.dispose()
})
afterAll(async () => await model.dispose())

/** The text behind a prompt, token by token, evaluated from nothing. */
async function continued(context: NativeContext, from: Int32Array): Promise<number[]> {
  const sequence = await context.open(from, { reuse: false })
  const { text } = await write(sequence, maxTokens)
  await sequence.close()
  return text
}

const joined = (from: Int32Array, tokens: readonly number[]) => Int32Array.of(...from, ...tokens)

describe.each([
  { snapshots: 0, rollback: 'checkpoint' },
  { snapshots: widest / 2, rollback: 'bounded' },
  { snapshots: widest, rollback: 'bounded' },
])('a hybrid model with $snapshots snapshots', ({ snapshots, rollback }) => {
  let context: NativeContext
  beforeAll(async () => {
    context = await exactContext(model, { snapshots, sequences: 2 })
  })
  afterAll(async () => await context.dispose())

  /** Opens anew where `sequence` was closed, and proves that the text is that of a fresh evaluation. */
  async function reopened(sequence: NativeSequence, from: Int32Array): Promise<number> {
    await sequence.close()
    const next = await context.open(from)
    const { text } = await write(next, maxTokens, () => [1, 2, 3])
    const { reusedTokens } = next
    await next.close()
    expect(text).toEqual(await continued(context, from))
    return reusedTokens
  }

  it('says its class and what was granted', () => {
    expect(context).toMatchObject({ rollback, snapshots })
  })

  it('copies its state only for drafts that are longer than the snapshots reach', async () => {
    const sequence = await context.open(prompt, { reuse: false })
    const { checkpoints } = context.counters()
    for (let step = 0; step < 4; step++) await sequence.verify(new Int32Array())
    expect(context.counters().checkpoints).toBe(checkpoints)
    await sequence.verify(new Int32Array(widest / 2).fill(1))
    const afterHalf = snapshots === 0 ? 1 : 0
    expect(context.counters().checkpoints).toBe(checkpoints + afterHalf)
    await sequence.verify(new Int32Array(widest).fill(1))
    // The copy for the first draft is still of the place where the text is.
    expect(context.counters().checkpoints).toBe(checkpoints + (snapshots === widest ? 0 : 1))
    await sequence.close()
  })

  it('writes the same whatever is drafted', async () => {
    const drafts = fc.record({ width: fc.integer({ min: 1, max: 2 * widest }), seed: fc.nat(4) })
    const before = context.counters()
    await fc.assert(
      fc.asyncProperty(drafts, async ({ width, seed }) => {
        const sequence = await context.open(prompt, { reuse: false })
        expect((await write(sequence, maxTokens, almostRight(known, width, seed))).text).toEqual(known)
        await sequence.close()
      }),
      { numRuns: 25 },
    )
    const after = context.counters()
    expect(after.checkpoints > before.checkpoints).toBe(true)
    expect(after.replayedTokens > before.replayedTokens).toBe(true)
  })

  it('shares decodes of unequal widths, which llama.cpp splits', async () => {
    const one = async (width: number, seed: number) => {
      const sequence = await context.open(prompt, { reuse: false })
      const { text, verdicts } = await write(sequence, maxTokens, almostRight(known, width, seed))
      expect(text).toEqual(known)
      await sequence.close()
      return verdicts.some(({ batchWidth }) => batchWidth > 0)
    }
    for (const widths of [
      [1, 7],
      [3, 8],
      [8, 2],
    ] as const) {
      expect(await Promise.all(widths.map((width, index) => one(width, index)))).toContain(true)
    }
  })

  it('goes back over five single steps only by other means than snapshots', async () => {
    const sequence = await context.open(prompt, { reuse: false })
    for (let step = 0; step < 5; step++) await sequence.verify(new Int32Array())
    expect(await reopened(sequence, joined(prompt, [7, 8]))).toBe(0)
  })

  it('goes back twice in a row', async () => {
    const sequence = await context.open(prompt, { reuse: false })
    // Four right, two wrong: the first way back. The three before it: the second.
    const verdict = await sequence.verify(Int32Array.of(...known.slice(0, 3), 1, 1))
    expect(verdict.accepted).toBe(3)
    await reopened(sequence, joined(prompt, [known[0] as number, 9]))
  })

  it('goes back to a stop found three tokens back', async () => {
    const sequence = await context.open(prompt, { reuse: false })
    const verdict = await sequence.verify(Int32Array.from(known.slice(0, 6)))
    expect(verdict.accepted).toBe(6)
    const reused = await reopened(sequence, joined(prompt, [...known.slice(0, 3), 11, 12]))
    // Of the copy that was made for the draft, or of the state three tokens back.
    expect(reused).toBe(snapshots === widest || snapshots === widest / 2 ? prompt.length + 3 : prompt.length - 1)
  })

  it('goes back across the border of two batches', async () => {
    const small = await exactContext(model, { snapshots, batchTokens: 16 })
    for (const back of [1, 2, 3, 5, 9]) {
      // The prompt is evaluated in batches of 16; the last one has two tokens.
      const from = prompt.subarray(0, 16 + 16 + 2 + 1)
      await (await small.open(from, { reuse: false })).close()
      const other = joined(from.subarray(0, from.length - 1 - back), [7, 8])
      const sequence = await small.open(other)
      expect((await write(sequence, 16, () => [1, 2, 3])).text).toEqual((await continued(context, other)).slice(0, 16))
      await sequence.close()
    }
    await small.dispose()
  })

  it('begins with one token', async () => {
    const from = prompt.subarray(0, 1)
    const sequence = await context.open(from, { reuse: false })
    const { text } = await write(sequence, 12, () => [1, 2, 3, 4, 5, 6, 7, 8, 9])
    await sequence.close()
    expect(text).toEqual((await continued(context, from)).slice(0, 12))
  })

  it('follows where what is right drifts from what is drafted, at every length', async () => {
    for (let right = 0; right <= widest; right++) {
      const sequence = await context.open(prompt, { reuse: false })
      const { text } = await write(sequence, maxTokens, ({ length }) => [
        ...known.slice(length, length + right),
        ...new Array<number>(widest - right).fill(3),
      ])
      expect(text).toEqual(known)
      await sequence.close()
    }
  })
})
