import { describe, expect, test } from 'vitest'
import { shipped } from '../../test/shipped.js'
import { recommend, recommendableTasks } from './recommend.js'
import { reviewRecommendations } from './review-recommendations.js'

describe('what to run', () => {
  test.each([
    ['code', 'qwen3-coder-30b-a3b-instruct, lookup', 40.9],
    ['math', 'qwen2.5-math-7b-instruct, draft qwen2.5-coder-0.5b-instruct', 48.5],
    ['design', 'qwen2.5-coder-32b-instruct, Q4_K_M, draft qwen2.5-coder-0.5b-instruct, K 24, lookup', 39.4],
  ])('for %s', (task, text, tokensPerSecond) => {
    const [best] = recommend(shipped, { task }).fitting
    expect(best).toMatchObject({ text, tokensPerSecond, ofTask: true })
    expect(best?.sources.length).toBeGreaterThan(1)
  })

  test.each(recommendableTasks(shipped))(
    'for %s: good enough, small enough, the fastest first, nothing impossible',
    (task) => {
      const { fitting, rejected } = recommend(shipped, { task, qualityFloor: 0.85, memoryBytes: 50e9 })
      for (const { quality, bytes } of fitting) expect([quality.rate >= 0.85, bytes <= 50e9]).toEqual([true, true])
      const speeds = fitting.map(({ tokensPerSecond }) => tokensPerSecond)
      expect(speeds).toEqual(speeds.toSorted((a, b) => b - a))
      expect(Math.max(...speeds)).toBeLessThan(60)
      expect(rejected.every(({ reason }) => reason !== '')).toBe(true)
    },
  )

  test('less memory or a higher floor never brings more', () => {
    const count = (qualityFloor: number, memoryBytes: number) =>
      recommend(shipped, { task: 'code', qualityFloor, memoryBytes }).fitting.length
    const floors = [0, 0.5, 0.8, 0.9, 0.97, 1].map((floor) => count(floor, 1e12))
    expect(floors).toEqual(floors.toSorted((a, b) => b - a))
    const budgets = [300e9, 100e9, 40e9, 10e9, 1e9].map((bytes) => count(0.5, bytes))
    expect(budgets).toEqual(budgets.toSorted((a, b) => b - a))
  })

  test('what does not fit says why', () => {
    const reasons = new Map(recommend(shipped, { task: 'code' }).rejected.map(({ source, reason }) => [source, reason]))
    expect(reasons.get('results-summary.md:176')).toBe('51 × cannot be: a step brings at most K + 1 = 17 tokens')
    expect(reasons.get('results-summary.md:137')).toBeUndefined()
    expect([...reasons.values()]).toEqual(expect.arrayContaining(['deprecated: 33 % quality', 'it was never judged']))
  })

  test.each([
    [{ task: 'poetry' }, 'there is no task "poetry"; known are code'],
    [{ task: 'code', qualityFloor: 80 }, 'qualityFloor must be from 0 to 1'],
    [{ task: 'code', memoryBytes: 0 }, 'memoryBytes must be more than 0'],
  ])('%j is refused', (options, message) => {
    expect(() => recommend(shipped, options)).toThrow(message)
  })
})

describe('the table of the seeds', () => {
  const reviewed = reviewRecommendations(shipped)

  test('eight rows are disputed, one is corrected', () => {
    expect(reviewed.map(({ published, verdict }) => `${published.task} ${verdict}`)).toEqual([
      'code disputed',
      'summarise disputed',
      'math disputed',
      'design disputed',
      'quality-design disputed',
      'reasoning disputed',
      'complex-reasoning corrected',
      'long-context disputed',
      'last-resort disputed',
    ])
  })

  test('each says why, with lines', () => {
    const why = (task: string) => reviewed.find(({ published }) => published.task === task)?.reasons.join('\n')
    expect(why('code')).toContain('174.6 tokens/s is told as 51 ×')
    expect(why('complex-reasoning')).toBe(
      '92 % is not its own quality, which is 98 %, of some suites only (results-summary.md:806)',
    )
    expect(why('long-context')).toContain('74 % is not its own quality, which is 80 %')
    for (const { reasons, sources } of reviewed) {
      expect(reasons.length).toBeGreaterThan(0)
      expect(sources.length).toBeGreaterThan(1)
    }
  })

  test('a row that says what was measured is reproduced', () => {
    const [complex] = shipped.recommendations.filter(({ task }) => task === 'complex-reasoning')
    const right = { ...(complex ?? fail()), qualityRate: 0.98, tokensPerSecond: 10.3 }
    expect(reviewRecommendations({ ...shipped, recommendations: [right] })[0]).toMatchObject({
      verdict: 'reproduced',
      reasons: [],
    })
  })
})

function fail(): never {
  throw new Error('the row is missing')
}
