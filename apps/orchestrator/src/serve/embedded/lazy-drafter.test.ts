import { testDrafter } from '@foretoken/contract/conformance'
import { lookupDrafter } from '@foretoken/drafter-lookup'
import { suffixDrafter } from '@foretoken/drafter-suffix'
import { describe, expect, test } from 'vitest'
import { lazyDrafter } from './lazy-drafter.js'

describe('lookup', () => testDrafter({ create: () => lazyDrafter(lookupDrafter()), numRuns: 20 }))
describe('suffix', () => testDrafter({ create: () => lazyDrafter(suffixDrafter()), numRuns: 20 }))

const text = Int32Array.from({ length: 64 }, (_, index) => (index * index) % 61)

test('what is written without drafts is learned, and only then opened', async () => {
  const suffix = suffixDrafter()
  let opened = 0
  const open: typeof suffix.open = (...input) => {
    opened++
    return suffix.open(...input)
  }
  const counted = { ...suffix, open }
  const drafter = lazyDrafter(counted)
  const session = drafter.open(text.subarray(0, 20), { scope: 'a' })
  session.commit(text.subarray(20))
  expect(opened).toBe(0)
  await session[Symbol.asyncDispose]()
  expect(opened).toBe(1)
  expect(suffix.stats('a').tokens).toBeGreaterThan(31)
  const quiet = lazyDrafter(lookupDrafter()).open(text)
  await quiet[Symbol.asyncDispose]()
  const forgetful = drafter.open(text, { remember: 'none' })
  await forgetful[Symbol.asyncDispose]()
  expect(opened).toBe(1)
})
