import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { suiteIdentity } from '../suites/suite-identity.js'
import { type ImportSuiteOptions, importSuite } from './import-suite.js'
import type { ImportedPrompt, ImportFormat } from './imported-suite.js'
import { runnableSuite } from './runnable-suite.js'

const sample = (name: string): string => fileURLToPath(new URL(`../../test/samples/${name}`, import.meta.url))
const made = async (format: ImportFormat, file: string, options: ImportSuiteOptions = {}) =>
  runnableSuite(await importSuite(format, sample(file), options), file.replace(/\..*/, ''))

describe('runnableSuite', () => {
  it.each([
    ['ifeval', 'ifeval.jsonl', {}],
    ['gsm8k', 'gsm8k.jsonl', {}],
    ['humaneval', 'humaneval.jsonl', {}],
    ['bfcl', 'bfcl.jsonl', { answers: sample('bfcl-answers.jsonl') }],
  ] as const)('makes prompts of %s that a checker scores', async (format, file, options) => {
    const { suite, notes } = await made(format, file, options)
    expect(suite.prompts).toHaveLength(5)
    expect(suite.prompts.every(({ checker, rubric }) => checker !== undefined && rubric === undefined)).toBe(true)
    expect(notes).toEqual([])
    expect(suiteIdentity(suite)).toEqual(suiteIdentity((await made(format, file, options)).suite))
  })

  it('tells of conversations, and has a judge score what has no checker', async () => {
    const { suite, notes } = await made('mt-bench', 'mt-bench.jsonl', { answers: sample('mt-bench-answers.jsonl') })
    expect(notes).toEqual(['5 of 5 prompts have further turns, which are not asked'])
    expect(suite).toMatchObject({ suite: 'mt_bench', prompts: { 1: { id: '2', reference: '144' } } })
    expect(suite.prompts[0]?.rubric?.right).toContain('does what is asked')
  })

  it('tells of rubrics that a checker stands before', async () => {
    const { suite, notes } = await made('promptfoo', 'promptfoo.yaml')
    expect(notes).toEqual(['2 of 12 prompts also have a rubric, but their checker decides'])
    expect(suite.prompts[0]).toMatchObject({ id: 'prompt-1-test-1', tier: 'T1', reference: 'There is none.' })
  })

  it('keeps every prompt under a name of its own, whatever the ids', () => {
    const prompt = (id: string): ImportedPrompt => ({ id, turns: [[{ role: 'user', content: 'a' }]], references: [] })
    const law = (make: typeof runnableSuite) =>
      fc.property(fc.uniqueArray(fc.string({ maxLength: 90 }), { minLength: 1, maxLength: 20 }), (ids) => {
        const { prompts } = make({ suite: 'fastchat', fingerprint: '', prompts: ids.map(prompt) }).suite
        return new Set(prompts.map(({ id }) => id)).size === ids.length
      })
    fc.assert(law(runnableSuite))
    // The offender drops what does not count, and so takes two for one.
    const careless: typeof runnableSuite = (imported) => {
      const suite = runnableSuite(imported).suite
      const prompts = suite.prompts.map((each) => ({ ...each, id: each.id.replace(/-again-\d+$/, '') }))
      return { suite: { ...suite, prompts }, notes: [] }
    }
    expect(fc.check(law(careless)).failed).toBe(true)
  })
})
