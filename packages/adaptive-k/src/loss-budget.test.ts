import { expect, test } from 'vitest'
import { LossBudget } from './loss-budget.js'

test('a text that has gained may lose more at once, but keeps three quarters', () => {
  const budget = new LossBudget(8, 0)
  expect(budget.balance).toBe(8)
  budget.settle(41, 40, true)
  expect(budget.balance).toBe(18)
  budget.settle(1, -10, true)
  expect(budget.balance).toBe(8)
  expect(budget.isPaused).toBe(false)
  budget.settle(1, -8, true)
  expect(budget.isPaused).toBe(true)
})

test('what was lost from the start on is never more than at the start may be', () => {
  const budget = new LossBudget(8, 0)
  let gained = 0
  for (let round = 0; round < 50; round++) {
    const gain = round % 3 === 0 ? 6 : -budget.balance
    budget.settle(1, gain, true)
    gained += gain
    expect(gained).toBeGreaterThanOrEqual(-8)
  }
})
