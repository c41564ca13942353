import { describe, expect, it } from 'vitest'
import type { Score } from '../check-result.js'
import type { AnswerRow } from '../store/answer-row.js'
import type { StoredRun } from '../store/results-store.js'
import { compareRuns } from './compare-runs.js'

const row = (promptId: string, score: Score | undefined, repetition = 0): AnswerRow => ({
  ...{ promptId, tier: 'T1', repetition, reason: '', truncated: false, milliseconds: 1 },
  startedAt: '2026-01-01T00:00:00Z',
  ...(score !== undefined && { score }),
})

const run = (rows: readonly AnswerRow[], fingerprint = '0123456789abcdef'): StoredRun => ({
  record: {
    format: 1,
    runId: 'x',
    suite: { suite: 's', version: 1, fingerprint },
    model: { path: 'A.gguf', bytes: 1, hash: '0123456789abcdef' },
    configuration: { name: 'plain', settings: {} },
    engine: { name: 'memory', version: '1', settings: {} },
    machine: {},
    packages: {},
    sampling: { temperature: 0, seed: 0, maxTokens: 10 },
    prompts: 4,
    repetitions: 2,
    startedAt: '2026-01-01T00:00:00Z',
  },
  rows,
})

describe('compareRuns', () => {
  it('tells better, worse and same by the mean score of a prompt', () => {
    const one = run([row('a', 1), row('a', 2, 1), row('b', 3), row('c', 2), row('d', 3)])
    const other = run([row('a', 2), row('a', 2, 1), row('b', 0), row('c', 2), row('d', undefined)])
    const result = compareRuns(one, other)
    expect(result.better).toEqual([{ promptId: 'a', tier: 'T1', scores: [1.5, 2] }])
    expect(result.worse.map(({ promptId }) => promptId)).toEqual(['b'])
    expect(result.same.map(({ promptId }) => promptId)).toEqual(['c'])
    expect(result.unscored).toEqual(['d'])
    expect(result.difference?.value).toBeCloseTo(-2.5 / 3)
  })

  it('has no difference where nothing is scored', () => {
    expect(compareRuns(run([]), run([]))).toEqual({ better: [], worse: [], same: [], unscored: [] })
  })

  it('refuses runs of other prompts, with the reason', () => {
    expect(() => compareRuns(run([]), run([], 'fedcba9876543210'))).toThrow('are not those of the other run')
  })
})
