import { costCurve } from '@foretoken/adaptive-k'
import { suffixDrafter } from '@foretoken/drafter-suffix'
import { expect, test } from 'vitest'
import { draftingPool } from './request-drafting.js'

// A token more costs next to nothing, so that drafts are as long as they are believed.
const costs = costCurve([
  { width: 1, seconds: 1 },
  { width: 33, seconds: 1.01 },
])
const pool = draftingPool({ suffix: suffixDrafter(), costs })
const text = Int32Array.from({ length: 64 }, (_, index) => (index * index) % 61)

async function drafted(scope: string): Promise<number> {
  const { drafter } = pool.optionsOf({ drafters: ['suffix'] })
  const session = drafter?.open(text.subarray(0, 20), { scope })
  const draft = await session?.draft({ maxTokens: 16 })
  session?.commit(text.subarray(20))
  await session?.[Symbol.asyncDispose]()
  return draft?.tokens.length ?? 0
}

test('what one scope has written is drafted for it alone', async () => {
  expect(await drafted('one')).toBe(0)
  expect(await drafted('one')).toBeGreaterThan(8)
  expect(await drafted('two')).toBe(0)
})

test('a request chooses its drafters and their longest draft', () => {
  expect(pool.names).toEqual(['lookup', 'suffix'])
  expect(pool.optionsOf({ off: true })).toEqual({})
  expect(pool.optionsOf({ drafters: [] })).toEqual({})
  expect(() => pool.optionsOf({ drafters: ['lookup', 'oracle'] })).toThrow(/among lookup, suffix, got "oracle"/)
  const limitsOf = (maxTokens?: number): number | undefined =>
    pool
      .optionsOf(maxTokens === undefined ? {} : { maxTokens })
      .policy?.open()
      .limits({ depth: 1, batchWidth: 0 }).maxTokens
  expect(limitsOf()).toBeGreaterThan(5)
  expect(limitsOf(5)).toBe(5)
})

test('texts that share batches draft together or not at all', async () => {
  const computing = costCurve([1, 2, 4, 8, 16, 32, 64].map((width) => ({ width, seconds: 1 + width })))
  const longest = (texts: number, curve = computing): number => {
    const { policy } = draftingPool({ suffix: suffixDrafter(), costs: curve }).optionsOf({}, () => texts)
    return policy?.open().limits({ depth: 1, batchWidth: texts - 1 }).maxTokens ?? -1
  }
  expect(longest(1)).toBeGreaterThan(0)
  expect(longest(16)).toBe(0)
  expect(longest(16, costs)).toBeGreaterThan(0)
})
