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

const measured = (tokens: number, generateMs: number, steps = tokens): Partial<AnswerRow> => ({
  usage: { promptTokens: 1, completionTokens: tokens },
  generation: { generateMs, steps, draftedTokens: 2 * (tokens - steps), acceptedTokens: tokens - steps },
})

describe('compareRuns', () => {
  it('tells better, worse and same by the mean score of a prompt', () => {
    const one = run([row('a', 1), row('a', 2, 1), row('b', 3), row('c', 2), row('d', 3)])
    const other = run([row('a', 2), row('a', 2, 1), row('b', 0), row('c', 2), row('d', undefined)])
    const result = compareRuns(one, other)
    expect(result.better).toMatchObject([{ promptId: 'a', tier: 'T1', scores: [1.5, 2] }])
    expect(result.worse.map(({ promptId }) => promptId)).toEqual(['b'])
    expect(result.same.map(({ promptId }) => promptId)).toEqual(['c'])
    expect(result.unscored).toEqual(['d'])
    expect(result.difference?.value).toBeCloseTo(-2.5 / 3)
  })

  it('does not compare scores that different judges gave', () => {
    const judged = (...judges: readonly string[]): StoredRun => run([{ ...row('a', 2), judges }])
    expect(compareRuns(judged('x', 'y'), judged('x', 'y')).same).toHaveLength(1)
    expect(compareRuns(judged('x', 'y'), judged('z'))).toMatchObject({ same: [], unscored: ['a'] })
  })

  it('shows the first answers whose scores differ', () => {
    const said = (text: string, score: Score, repetition: number): AnswerRow => ({
      ...row('a', score, repetition),
      answer: { text, finish: 'stop', toolCalls: [{ name: 'call', arguments: '{}' }] },
      reason: `about ${text}`,
    })
    const [better] = compareRuns(
      run([said('p', 3, 0), said('q', 0, 1)]),
      run([said('r', 3, 0), said('s', 3, 1)]),
    ).better
    expect(better).toMatchObject({ answers: ['q\ncall({})', 's\ncall({})'], reasons: ['about q', 'about s'] })
  })

  it('tests whether more prompts are passed, and whether the loss is within the margin', () => {
    const passing = (rights: number) =>
      run(
        Array.from({ length: 20 }, (_, index) => ({
          ...row(`p${index}`, index < rights ? 3 : 1),
          passed: index < rights,
        })),
      )
    const { passes, nonInferiority } = compareRuns(passing(18), passing(8))
    // Ten lost and none won: 2 / 2 ** 10.
    expect(passes).toMatchObject({ onlyFirst: 10, onlySecond: 0, pValue: expect.closeTo(2 / 1024, 12) })
    expect(nonInferiority).toMatchObject({ nonInferior: false, margin: 0.25, difference: -1 })
    expect(compareRuns(passing(18), passing(18), { margin: 1 }).nonInferiority?.nonInferior).toBe(true)
    expect(compareRuns(passing(18), passing(18)).passes?.pValue).toBe(1)
  })

  it('counts a prompt as passed where more than half of its answers are', () => {
    const twice = (...passed: readonly boolean[]) =>
      run(passed.map((pass, repetition) => ({ ...row('a', pass ? 3 : 1, repetition), passed: pass })))
    expect(compareRuns(twice(true, true), twice(true, false)).passes).toMatchObject({ onlyFirst: 1, onlySecond: 0 })
  })

  it('compares the speed of answers that both runs wrote themselves', () => {
    const one = [row('a', 3), row('b', 3), row('c', 3)].map((each) => ({ ...each, ...measured(100, 1000) }))
    const other = [{ ...row('a', 3), ...measured(100, 500, 40) }, { ...row('b', 3), inheritedFrom: 'x' }, row('c', 3)]
    expect(compareRuns(run(one), run(other)).speed).toMatchObject({
      answers: 1,
      one: { tokensPerSecond: 100, tokensPerStep: 1 },
      other: { tokensPerSecond: 200, tokensPerStep: 2.5, acceptanceRate: 0.5 },
      ratio: { value: 2, low: 2, high: 2 },
    })
  })

  it('names what the runs differ in', () => {
    const other = run([])
    const sampling = { ...other.record.sampling, seed: 1 }
    const engine = { ...other.record.engine, settings: { threads: 2 } }
    const { differences } = compareRuns(run([]), { ...other, record: { ...other.record, sampling, engine } })
    expect(differences).toEqual([
      { what: 'sampling.seed', one: '0', other: '1' },
      { what: 'engine.settings.threads', one: '', other: '2' },
    ])
  })

  it('tests nothing where nothing is scored', () => {
    expect(compareRuns(run([]), run([]))).toEqual({ differences: [], better: [], worse: [], same: [], unscored: [] })
  })

  it('refuses runs of other prompts, with the reason', () => {
    expect(() => compareRuns(run([]), run([], 'fedcba9876543210'))).toThrow('are not those of the other run')
  })
})
