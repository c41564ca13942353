import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { storedRun } from '../../test/stored-run.js'
import type { AnswerRow } from '../store/answer-row.js'
import type { Tier } from '../suite.js'
import { readinessOf } from './readiness.js'

/** Answers of tiers: so many passed of so many. */
function rows(...tiers: readonly (readonly [passed: number, answers: number])[]): readonly AnswerRow[] {
  return tiers.flatMap(
    ([passed, answers], tier) =>
      storedRun(
        {},
        Array.from({ length: answers }, (_, index) => ({
          tier: (['T1', 'T2', 'T3'] as const)[tier] as Tier,
          score: index < passed ? 3 : 1,
          passed: index < passed,
        })),
      ).rows,
  )
}

const ready = (...tiers: readonly (readonly [number, number])[]): readonly boolean[] => {
  const { worker, orchestrator } = readinessOf(rows(...tiers)).roles
  return [worker.ready, orchestrator.ready]
}

describe('readinessOf', () => {
  it.each([
    // T1, T2 and T3 as passed of answers; worker, orchestrator.
    ['a worker at its border', [4, 4], [3, 4], [0, 4], true, false],
    ['a worker just under T2', [4, 4], [2, 3], [4, 4], false, false],
    ['a worker over T2 where 75 % is no whole number', [4, 4], [4, 5], [0, 4], true, false],
    ['nobody with one T1 wrong', [99, 100], [100, 100], [100, 100], false, false],
    ['an orchestrator at its border', [4, 4], [4, 4], [3, 4], true, true],
    ['an orchestrator just under T3', [4, 4], [4, 4], [74, 100], true, false],
    ['an orchestrator with one T2 wrong', [4, 4], [99, 100], [4, 4], true, false],
    ['a worker without T3', [1, 1], [1, 1], [0, 0], true, false],
    ['nobody without T2', [1, 1], [0, 0], [1, 1], false, false],
    ['nobody without answers', [0, 0], [0, 0], [0, 0], false, false],
  ] as const)('%s', (_, first, second, third, worker, orchestrator) => {
    expect(ready(first, second, third)).toEqual([worker, orchestrator])
  })

  it('says what is missing', () => {
    const { tiers, roles } = readinessOf(rows([4, 4], [4, 6], [0, 0]))
    expect(tiers.T2).toEqual({ answers: 6, passed: 4, unscored: 0 })
    expect(roles.worker.missing).toEqual(['T2: 4 of 6 passed, 5 are needed'])
    expect(roles.orchestrator.missing).toEqual(['T2: 4 of 6 passed, 6 are needed', 'T3 was not asked'])
  })

  it('takes an answer without a score for one that failed, and the best score of a judge for one that passed', () => {
    const { rows: answers } = storedRun({}, [{ tier: 'T1', score: 3 }, { tier: 'T2', score: 3 }, { tier: 'T2' }])
    const { tiers, roles } = readinessOf(answers)
    expect(tiers.T2).toEqual({ answers: 2, passed: 1, unscored: 1 })
    expect(roles.worker.ready).toBe(false)
    expect(readinessOf(answers.slice(0, 2)).roles.worker.ready).toBe(true)
  })

  it('never loses a role by one more right answer, and whoever is an orchestrator is a worker', () => {
    const tier = fc.tuple(fc.nat(12), fc.nat(12)).map(([passed, failed]) => [passed, passed + failed] as const)
    fc.assert(
      fc.property(tier, tier, tier, fc.nat(2), (first, second, third, better) => {
        const tiers = [first, second, third]
        const before = ready(...tiers)
        const after = ready(
          ...tiers.map(([passed, all], index): readonly [number, number] =>
            index === better ? [passed + 1, all + 1] : [passed, all],
          ),
        )
        expect(before.every((was, role) => !was || after[role])).toBe(true)
        if (before[1]) expect(before[0]).toBe(true)
      }),
    )
  })
})
