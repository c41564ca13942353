import { describe, expect, test } from 'vitest'
import { shipped } from '../../test/shipped.js'
import type { Registry } from '../registry-file/registry.js'
import { contradictions } from './contradictions.js'

const found = contradictions(shipped)

/** The sides of a contradiction as `value source`. */
function sidesOf(rule: string, about: string, all = found): string[] {
  const one = all.find((contradiction) => contradiction.rule === rule && contradiction.about.startsWith(about))
  return (one?.sides ?? []).map(({ value, source }) => `${value} ${source}`)
}

describe('what the seeds say twice, and differently', () => {
  test.each([
    [
      'works-or-fails',
      'qwen3-next-80b-a3b-instruct, lookup',
      ['12.7 × optimization-plan.md:304', 'no results-summary.md:137'],
    ],
    [
      'speeds',
      'qwen2.5-coder-32b-instruct, draft-model',
      ['11 × results-summary.md:192', '51 × results-summary.md:176'],
    ],
    [
      'speeds',
      'qwen2.5-coder-32b-instruct, draft-model',
      ['deprecated results-summary.md:62', '51 × results-summary.md:176'],
    ],
    ['works-or-fails', 'family deepseek-r1', ['no speculative-decoding-report.md:90', '36 × results-summary.md:182']],
    [
      'pairs',
      'deepseek-r1-distill-qwen-32b with',
      ['fails speculative-decoding-report.md:79', '36 × results-summary.md:182'],
    ],
    ['works-or-fails', 'lineage pard', ['no speculative-decoding-report.md:324', '40 × results-summary.md:181']],
    ['claims', 'family qwen3-next: default-experts', ['10 results-summary.md:129', '3 research-progress.md:272']],
    ['claims', 'eagle-1: cause', ['checkpoint results-summary.md:360', 'quantisation research-progress.md:132']],
    ['claims', 'OMP_NUM_THREADS=1', ['faster speculative-decoding-report.md:320', 'slower results-summary.md:36']],
    [
      'claims',
      'suffix-decoding: status',
      ['same as lookup results-summary.md:303', 'untested research-progress.md:543'],
    ],
    [
      'implausible',
      'meta-llama-3-70b-instruct, 14.9',
      ['14.9 tokens/s results-summary.md:630', 'at most 11.5 tokens/s speculative-decoding-report.md:30'],
    ],
    [
      'implausible',
      'qwen2.5-coder-32b-instruct, 56 ×',
      ['56 × results-summary.md:177', 'at most 9 × results-summary.md:177'],
    ],
    [
      'one-figure-two-models',
      '95.18',
      ['qwen3-next-80b-a3b-instruct optimization-plan.md:304', 'qwen2.5-coder-32b-instruct results-summary.md:893'],
    ],
    ['reduction-that-is-none', 'glm-4.6', ['default 2 research-progress.md:274', '1.36 × optimization-plan.md:189']],
    ['deprecated-but-used', 'qwen2.5-coder-32b-instruct', ['in use as coder_escalation model-reference.md:19']],
  ])('%s: %s', (rule, about, sides) => {
    expect(sidesOf(rule, about)).toEqual(expect.arrayContaining(sides))
  })

  test('every contradiction has two sides that do not say the same, each with a line', () => {
    expect(found.length).toBeGreaterThan(40)
    for (const { sides } of found) {
      expect(new Set(sides.map(({ value }) => value)).size).toBeGreaterThan(1)
      for (const { source, says } of sides)
        expect([source, says]).toEqual([expect.stringMatching(/^[a-z-]+\.md:\d+$/), expect.stringMatching(/./)])
    }
  })
})

describe('the data say it, not the program', () => {
  const without = (source: string): Registry => ({
    ...shipped,
    claims: shipped.claims.filter((claim) => claim.source !== source),
    measurements: shipped.measurements.filter((measurement) => measurement.source !== source),
  })

  test('without one side there is no contradiction', () => {
    expect(
      sidesOf('claims', 'family qwen3-next: default', contradictions(without('research-progress.md:272'))),
    ).toEqual([])
    expect(
      sidesOf('works-or-fails', 'qwen3-next-80b', contradictions(without('optimization-plan.md:304'))),
    ).not.toContain('12.7 × optimization-plan.md:304')
  })

  test('a figure that the machine can bring is not doubted', () => {
    const slower = shipped.measurements.map((one) =>
      one.tokensPerSecond === 14.9 ? { ...one, tokensPerSecond: 11 } : one,
    )
    expect(
      sidesOf('implausible', 'meta-llama-3-70b-instruct, 1', contradictions({ ...shipped, measurements: slower })),
    ).toEqual([])
  })

  test('of a registry without measurements there is nothing to say but what is claimed', () => {
    const rules = contradictions({ ...shipped, measurements: [], claims: [] }).map(({ rule }) => rule)
    expect(new Set(rules)).toEqual(new Set())
  })
})
