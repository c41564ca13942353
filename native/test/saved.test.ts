import type { NativeContext, NativeModel } from '@foretoken/native'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { exactContext, type ModelName, nativeModel, promptTokens, write } from './texts.js'

describe.each<ModelName>(['base', 'moe', 'hybrid'])('a saved sequence of the %s model', (name) => {
  let model: NativeModel
  let context: NativeContext
  let bytes: Uint8Array
  let rest: number[]
  let depth: number
  beforeAll(async () => {
    model = await nativeModel(name)
    context = await exactContext(model, { sequences: 2 })
    const sequence = await context.open((await promptTokens(name))[0] as Int32Array)
    await write(sequence, 5, () => [1, 2, 3])
    depth = sequence.depth
    bytes = await sequence.save()
    rest = (await write(sequence, 24)).text
    await sequence.close()
  })
  afterAll(async () => await model.dispose())

  it('goes on as if it had not been away, in this context and in another', async () => {
    for (const [other, isReused] of [
      [context, true],
      [await exactContext(model, { sequences: 2, contextTokens: 320 }), true],
      [await exactContext(model), false],
    ] as const) {
      const sequence = await other.restore(bytes)
      expect(sequence.depth).toBe(depth)
      expect(sequence.reusedTokens > 0).toBe(isReused)
      expect((await write(sequence, 24, () => [4, 5])).text).toEqual(rest)
      await sequence.close()
    }
  })

  it('is refused where a bit of it is another', async () => {
    const bit = fc.integer({ min: 0, max: bytes.length * 8 - 1 })
    const damage = fc.oneof(
      bit.map((index) => bytes.map((byte, at) => (at === index >> 3 ? byte ^ (1 << (index & 7)) : byte))),
      fc
        .integer({ min: 0, max: 47 * 8 })
        .map((index) => bytes.map((byte, at) => (at === index >> 3 ? byte ^ (1 << (index & 7)) : byte))),
      fc.nat(bytes.length - 1).map((length) => bytes.slice(0, length)),
      fc.uint8Array({ maxLength: 200 }),
    )
    await fc.assert(
      fc.asyncProperty(damage, async (damaged) => {
        await expect(context.restore(damaged)).rejects.toMatchObject({ code: 'ERR_MEMORY_FORMAT' })
      }),
      { numRuns: 60 },
    )
    const again = await context.restore(bytes)
    expect((await write(again, 24)).text).toEqual(rest)
    await again.close()
  })

  it('is refused by another model, and by another cache', async () => {
    const other = await nativeModel(name === 'base' ? 'draft' : 'base')
    const foreign = await exactContext(other)
    await expect(foreign.restore(bytes)).rejects.toMatchObject({ code: 'ERR_MEMORY_FORMAT' })
    await other.dispose()
    const otherCache = await exactContext(model, { valueType: 'f16' })
    await expect(otherCache.restore(bytes)).rejects.toMatchObject({ code: 'ERR_MEMORY_FORMAT' })
    const small = await exactContext(model, { contextTokens: depth })
    await expect(small.restore(bytes)).rejects.toMatchObject({ code: 'ERR_CONTEXT_FULL' })
  })

  it('may have one token only', async () => {
    const sequence = await context.open(Int32Array.of(5))
    const saved = await sequence.save()
    const { text } = await write(sequence, 8)
    await sequence.close()
    const restored = await context.restore(saved)
    expect((await write(restored, 8)).text).toEqual(text)
    await restored.close()
  })
})
