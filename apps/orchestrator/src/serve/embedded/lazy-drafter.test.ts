import type { Drafter } from '@foretoken/contract'
import { testDrafter } from '@foretoken/contract/conformance'
import { lookupDrafter } from '@foretoken/drafter-lookup'
import { suffixDrafter } from '@foretoken/drafter-suffix'
import { describe, expect, test } from 'vitest'
import { Backlog } from './backlog.js'
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

test('only who learns is opened for a text that nobody drafted for', async () => {
  const opened: string[] = []
  const noting = (drafter: Drafter): Drafter => ({
    ...drafter,
    open(...input) {
      opened.push(drafter.name)
      return drafter.open(...input)
    },
  })
  const [lookup, suffix, whole] = [lookupDrafter(), suffixDrafter(), suffixDrafter()].map(noting)
  if (lookup === undefined || suffix === undefined || whole === undefined) throw new Error('there are three')
  const session = lazyDrafter(whole, { learners: [lookup, suffix] }).open(text.subarray(0, 20))
  session.commit(text.subarray(20))
  await session[Symbol.asyncDispose]()
  expect(opened).toEqual(['suffix'])
  expect(() => session.commit(text)).toThrow('closed')
  expect(() => session.draft({ maxTokens: 4 })).toThrow('closed')
})

test('while others write, what was written waits, until somebody asks for a draft', async () => {
  const suffix = suffixDrafter()
  const backlog = new Backlog()
  const drafter = lazyDrafter(suffix, { backlog, isBusy: () => true })
  const write = async (): Promise<void> => {
    const session = drafter.open(text.subarray(0, 20))
    session.commit(text.subarray(20))
    await session[Symbol.asyncDispose]()
  }
  await write()
  expect(suffix.stats().tokens).toBe(0)
  await using session = drafter.open(text.subarray(0, 20))
  const { tokens } = await session.draft({ maxTokens: 16 })
  expect(tokens).toEqual(text.slice(20, 20 + tokens.length))
  expect(tokens.length).toBeGreaterThan(8)
  await write()
  expect(backlog.isEmpty).toBe(false)
})
