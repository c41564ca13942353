import { describe, expect, test } from 'vitest'
import { shipped } from '../../test/shipped.js'
import { qualityOf } from '../measurements/quality.js'
import { bestDraftTokens, draftsFor, whyNot } from './ask-drafts.js'
import { cautions, expertOverride, residenceOf, supersededFigures } from './ask-models.js'
import { defaultRole, earlierAssignments, escalationAfter, serverOf } from './ask-roles.js'

describe('questions that the registry answers, with the lines', () => {
  test('which drafts are there for Qwen2.5-Coder-32B?', () => {
    const { value, sources } = draftsFor(shipped, 'Qwen2.5-Coder-32B-Instruct')
    expect(value[0]).toMatchObject({
      draft: 'qwen2.5-coder-0.5b-instruct',
      verdict: 'works',
      speedup: 11,
      tokensPerSecond: 39.4,
    })
    expect(value[1]).toMatchObject({ draft: 'qwen2.5-0.5b-instruct', speedup: 10 })
    expect(value.filter(({ verdict }) => verdict === 'fails').map(({ draft }) => draft)).toEqual([
      'qwen3-0.6b',
      'qwen2-0.5b',
    ])
    expect(value[0]?.reasons.join('\n')).toContain('51 is too much')
    expect(sources).toEqual(expect.arrayContaining(['results-summary.md:176', 'optimization-plan.md:118']))
  })

  test('and why not Qwen3-0.6B for Qwen3-Coder-480B?', () => {
    const { value, sources } = whyNot(shipped, 'qwen3-coder-480b-a35b-instruct', 'qwen3-0.6b')
    expect(value).toEqual(
      expect.arrayContaining(['its BOS token is “,”', 'the BOS tokens differ', 'qwen3-0.6b: repetitive garbage']),
    )
    expect(sources).toEqual(expect.arrayContaining(['model-reference.md:62', 'speculative-decoding-report.md:82']))
    expect(whyNot(shipped, 'qwen2.5-coder-32b-instruct', 'qwen2.5-coder-0.5b-instruct').value).toEqual([])
  })

  test('why not a text model for a vision model?', () => {
    expect(whyNot(shipped, 'qwen3-vl-30b-a3b-instruct', 'qwen3-1.7b')).toMatchObject({
      value: expect.arrayContaining(['a text model knows no images']),
      sources: expect.arrayContaining(['model-reference.md:64', 'model-reference.md:99']),
    })
  })

  test('what supersedes what, of Qwen3-Coder-480B?', () => {
    const { value } = supersededFigures(shipped, 'qwen3-coder-480b-a35b-instruct')
    const told = value.find(({ older }) => older === 'results-summary.md:92')
    expect(told).toEqual({
      newer: 'results-summary.md:78',
      older: 'results-summary.md:92',
      reason: 'tensors are repacked in parallel now',
      source: 'results-summary.md:90',
    })
    expect(value.find(({ older }) => older === 'speculative-decoding-report.md:103')).toBeDefined()
  })

  test('what is the default role of tier B?', () => {
    expect(defaultRole(shipped, 'B')).toEqual({
      value: 'coder_escalation',
      sources: ['research-progress.md:342', 'model-reference.md:19'],
    })
  })

  test('which server answers for worker_math?', () => {
    expect(serverOf(shipped, 'worker_math')).toMatchObject({
      value: { role: 'worker_general', port: 8082, assignment: { model: 'qwen2.5-7b-instruct', quantisation: 'f16' } },
      sources: ['model-reference.md:29', 'model-reference.md:28'],
    })
  })

  test('what ran as coder_escalation before?', () => {
    const { value } = earlierAssignments(shipped, 'coder_escalation')
    expect(value).toMatchObject([{ model: 'qwen3-coder-53b-a3b-total-recall', source: 'results-summary.md:61' }])
  })

  test('how are the experts of Qwen3-Next set, and what is their default?', () => {
    expect(expertOverride(shipped, 'qwen3-next-80b-a3b-instruct').value).toEqual({
      key: 'qwen3next.expert_used_count',
      defaults: [10, 3],
      recommended: 4,
    })
    expect(expertOverride(shipped, 'qwen2.5-72b-instruct').value).toBeUndefined()
  })

  test('who takes over from coder_primary, and from the last?', () => {
    expect(escalationAfter(shipped, 'coder_primary')).toEqual({
      value: 'coder_escalation',
      sources: ['results-summary.md:66'],
    })
    expect(escalationAfter(shipped, 'architect_coding').value).toBeUndefined()
  })

  test('how good is Llama 3.1 70B with its draft model? As good as without', () => {
    const drafted = { model: 'meta-llama-3.1-70b-instruct', draft: 'pard-llama-3.2-1b', maxDraftTokens: 24 }
    const plain = qualityOf(shipped, { model: 'meta-llama-3.1-70b-instruct' })
    expect(qualityOf(shipped, drafted)).toEqual({ ...plain, inherited: true })
    expect(plain).toMatchObject({ inherited: false, partial: false, range: [0.81, 0.9] })
  })

  test('how good is Qwen3-Next-Thinking with 2 experts? Only some suites say', () => {
    const two = { model: 'qwen3-next-80b-a3b-thinking', experts: 2 }
    expect(qualityOf(shipped, two)).toMatchObject({ rate: 0.98, partial: true, sources: ['results-summary.md:806'] })
    expect(qualityOf(shipped, { model: 'qwen3-vl-30b-a3b-instruct' })).toBeUndefined()
  })

  test('is Qwen3-Coder-480B hot, and how long does it take to load?', () => {
    expect(residenceOf(shipped, 'qwen3-coder-480b-a35b-instruct').value).toEqual({
      pool: 'warm',
      bytes: 271e9,
      loadSeconds: 60,
    })
    expect(residenceOf(shipped, 'qwen3-coder-30b-a3b-instruct').value).toMatchObject({ pool: 'hot', loadSeconds: 0 })
    // A role keeps it hot since 2026-02-03, where the pools of January had it warm.
    expect(residenceOf(shipped, 'qwen2.5-coder-32b-instruct')).toEqual({
      value: { pool: 'hot', bytes: 18e9, loadSeconds: 0 },
      sources: ['model-reference.md:19', 'results-summary.md:660'],
    })
    expect(residenceOf(shipped, 'qwen2.5-72b-instruct').value.loadSeconds).toBeGreaterThan(5.3)
  })

  test('what has to be known of Qwen3-0.6B?', () => {
    const { value, sources } = cautions(shipped, 'qwen3-0.6b')
    expect(value[0]).toBe('deprecated: repetitive garbage; take pard-qwen3-0.6b')
    expect(sources).toContain('results-summary.md:940')
  })

  test('how long should drafts for Qwen2.5-Coder-32B be?', () => {
    expect(bestDraftTokens(shipped, 'qwen2.5-coder-32b-instruct')).toEqual({
      value: 24,
      sources: ['model-reference.md:19'],
    })
  })

  test('a name that is not there gets the ones that are', () => {
    expect(() => draftsFor(shipped, 'qwen9')).toThrow(/there is no model "qwen9"; known are /)
    expect(() => serverOf(shipped, 'boss')).toThrow(/there is no role "boss"; known are frontdoor/)
    expect(() => defaultRole(shipped, 'E')).toThrow(/there is no tier "E"; known are A, B, C, D/)
  })
})
