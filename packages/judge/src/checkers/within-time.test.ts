import { SpeculationError } from '@foretoken/contract'
import { expect, test, vi } from 'vitest'
import { withinTime } from './within-time.js'

const backtracking = () => /^(a+)+$/.test(`${'a'.repeat(64)}b`)

test('ends what computes for ever, and lets the rest through', () => {
  expect(withinTime(1_000, () => 1 + 1)).toBe(2)
  let error: unknown
  try {
    withinTime(50, backtracking)
  } catch (thrown) {
    error = thrown
  }
  expect(SpeculationError.is(error, 'ERR_BUDGET_EXCEEDED')).toBe(true)
})

test('a machine that is busy with other work is waited for, but not for ever', () => {
  const usage = vi.spyOn(process, 'cpuUsage').mockReturnValue({ user: 0, system: 0 })
  let calls = 0
  const late = () => {
    calls++
    return calls < 3 ? backtracking() : calls
  }
  try {
    expect(withinTime(20, late)).toBe(3)
    expect(() => withinTime(5, backtracking)).toThrow('more than 5 ms')
  } finally {
    usage.mockRestore()
  }
})
