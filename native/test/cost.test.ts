import type { NativeModel } from '@foretoken/native'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { exactContext, type ModelName, nativeModel, promptTokens, write } from './texts.js'

describe.each<ModelName>(['base', 'hybrid'])('measured costs of the %s model', (name) => {
  let model: NativeModel
  beforeAll(async () => {
    model = await nativeModel(name)
  })
  afterAll(async () => await model.dispose())

  it('leave no trace', async () => {
    const context = await exactContext(model)
    for (const prompt of [Int32Array.of(9), (await promptTokens(name))[0] as Int32Array]) {
      const sequence = await context.open(prompt, { reuse: false })
      const plain = (await write(sequence, 16)).text
      await sequence.close()
      const measured = await context.open(prompt, { reuse: false })
      const widths = Int32Array.of(1, 4, 16, 600, 700, 0, -1)
      const seconds = await measured.measureCost(widths, 2000)
      expect(seconds.subarray(0, 3).every((value) => value > 0 && value < 2)).toBe(true)
      expect([...seconds.subarray(4)]).toEqual([Number.NaN, Number.NaN, Number.NaN])
      expect((await write(measured, 16, () => [1, 2])).text).toEqual(plain)
      await measured.close()
    }
    await context.dispose()
  })

  it('stay within their budget, and say nothing of what did not fit', async () => {
    const context = await exactContext(model)
    const sequence = await context.open(Int32Array.of(1, 2, 3))
    expect([...(await sequence.measureCost(Int32Array.of(1, 2), 0))]).toEqual([Number.NaN, Number.NaN])
    await sequence.measureCost(Int32Array.of(1, 64), 50)
    const before = context.counters()
    await sequence.measureCost(Int32Array.of(1, 2, 4, 8), 50)
    const after = context.counters()
    // One decode may begin within the budget and end behind it.
    expect(after.decodes - before.decodes).toBeLessThanOrEqual(4 * 32)
    await context.dispose()
  })
})
