import type { Drafter } from '@foretoken/contract'
import { describe, expect, test } from 'vitest'
import { echoDrafter } from '../test/echo-drafter.js'
import { samplePolicy } from '../test/sample-policy.js'
import { warmUp } from './warm-up.js'

/** A drafter that counts how often it was disposed of. */
function counted(inner: Drafter): { readonly drafter: () => Drafter; readonly ends: () => number } {
  let ends = 0
  return { drafter: () => ({ ...inner, [Symbol.dispose]: () => ends++ }), ends: () => ends }
}

describe('warmUp', () => {
  test('drafts what is partly right, through the whole loop', async () => {
    const policy = samplePolicy()
    const { drafter, ends } = counted(echoDrafter(2))
    await warmUp({ drafter, policy: () => policy, budgetMs: 30 })
    const drafted = policy.seen.observed.filter(({ sent }) => sent > 0)
    const whole = drafted.filter(({ sent, accepted }) => accepted === sent)
    const rejected = drafted.filter(({ accepted }) => accepted === 0)
    expect(drafted.length).toBeGreaterThan(20)
    expect(whole.length / drafted.length).toBeGreaterThan(0.1)
    expect(rejected.length / drafted.length).toBeGreaterThan(0.1)
    expect(ends()).toBe(1)
  })

  test('leaves the event loop its turns and ends when it is told', async () => {
    const over = new AbortController()
    let turns = 0
    const timer = setInterval(() => {
      if (++turns === 3) over.abort()
    }, 1)
    const { drafter, ends } = counted(echoDrafter(2))
    await warmUp({ drafter, budgetMs: 60_000, signal: over.signal })
    clearInterval(timer)
    expect(turns).toBeLessThan(10)
    expect(ends()).toBe(1)
  })

  test('a drafter that fails is no failure', async () => {
    const broken = echoDrafter(2)
    const { drafter, ends } = counted({
      ...broken,
      open() {
        throw new Error('boom')
      },
    })
    await warmUp({ drafter, budgetMs: 5 })
    expect(ends()).toBe(1)
  })

  test.each([0, 1.5, 60_001])('refuses a budget of %d ms', async (budgetMs) => {
    await expect(warmUp({ drafter: () => echoDrafter(2), budgetMs })).rejects.toThrow('budgetMs')
  })
})
