import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { check } from '../checkers/check.js'
import { importSuite } from './import-suite.js'
import type { ImportedPrompt } from './imported-suite.js'
import { type AssertionMeaning, assertionMeaning, type PromptfooAssertion } from './promptfoo-assertion.js'

const folder = mkdtempSync(join(tmpdir(), 'foretoken-promptfoo-'))
afterAll(() => rmSync(folder, { recursive: true }))

const sample = async (name: string): Promise<readonly ImportedPrompt[]> => {
  return (await importSuite('promptfoo', fileURLToPath(new URL(`../../test/samples/${name}`, import.meta.url)))).prompts
}

/** Which of the texts pass the checkers of the prompts, in order. */
async function passed(prompts: readonly ImportedPrompt[], texts: readonly string[]): Promise<boolean[]> {
  const results: boolean[] = []
  for (const [index, text] of texts.entries()) {
    const checker = prompts[index]?.checker
    results.push(checker !== undefined && (await check(checker, { text })).passed)
  }
  return results
}

async function refusal(text: string): Promise<string> {
  const path = join(folder, 'x.yaml')
  writeFileSync(path, text)
  const error: unknown = await importSuite('promptfoo', path).catch((reason: unknown) => reason)
  return error instanceof Error ? error.message.replaceAll(path, 'x') : 'nothing was refused'
}

describe('importPromptfoo', () => {
  it('reads several prompts, variables that are lists, and what all tests have in common', async () => {
    const prompts = await sample('promptfoo.yaml')
    const tests = ['test-1', 'test-2-1', 'test-2-2', 'test-3', 'test-4', 'test-5']
    expect(prompts.map(({ id }) => id)).toEqual(
      ['prompt-1', 'prompt-2'].flatMap((each) => tests.map((test) => `${each}-${test}`)),
    )
    expect(prompts[0]?.turns).toEqual([[{ role: 'user', content: 'Translate to French: dog' }]])
    expect(prompts[6]?.turns[0]?.[0]).toEqual({ role: 'system', content: 'You translate to French.' })
    expect(prompts[3]?.rubric).toBe('Keeps 1 + 1 as it is')
    expect(await passed(prompts, ['Chien', 'Chat', 'Oiseau', '1 + 1', 'Ja', '["a"]'])).toEqual(Array(6).fill(true))
    expect(await passed(prompts, ['Chat', 'Sorry', 'Sorry', '2', 'Nein', '{}'])).toEqual(Array(6).fill(false))
  })

  it('makes a rubric of what a model grades', async () => {
    const prompts = await sample('promptfoo-support.yaml')
    expect(prompts[0]?.turns[0]?.[0]?.content).toContain('Birch & Sons takes back everything within 30 days.')
    expect(prompts.map(({ rubric }) => rubric?.split('\n').slice(1))).toEqual([
      ['It states the same facts as: A lamp can be sent back within 30 days.'],
      ['Says that 30 days have passed', 'Is sorry about it', 'Offers help'],
      ['It answers what was asked, and nothing else.', 'It means the same as: I can only help with our shop.'],
    ])
    expect(prompts[0]?.rubric).toMatch(/^Is polite to the customer of Birch & Sons\n/)
    expect(await passed(prompts, ['Yes, you can.', 'No.', 'I only know lamps.'])).toEqual([true, true, true])
    expect(await passed(prompts, ['No.', 'As an AI, no.', 'I cannot say.'])).toEqual([false, false, false])
  })

  it('reads JSON, and JSON Schemas', async () => {
    const prompts = await sample('promptfoo-extract.json')
    const right = ['Here:\n```json\n{"item": "lamp", "count": 2}\n```', '{"item": "chair", "count": 1}']
    expect(await passed(prompts, right)).toEqual([true, true])
    expect(await passed(prompts, ['```json\n{"item": "lamp", "count": 3}\n```', '{"item": "count"}'])).toEqual([
      false,
      false,
    ])
  })

  const withAssertion = (assertion: string): string =>
    `prompts: [a]\ntests:\n  - vars: { b: c }\n    assert:\n      - ${assertion}\n`

  it.each([
    [
      '{ type: javascript, value: output.length < 9 }',
      'tests.0.assert.0: javascript takes code, which is not run here',
    ],
    ['{ type: python, value: len(output) < 9 }', 'python takes code'],
    ['{ type: latency, threshold: 5 }', 'latency is read without threshold and provider'],
    ['{ type: cost }', 'cost is not about what is answered; remove it, or say what it asks as llm-rubric'],
    ['{ type: moderation }', 'moderation is not known here'],
    ['{ type: not-is-json }', 'not-is-json is not known here'],
    ['{ type: not-contains-all, value: [a, b] }', 'not-contains-all is not known here'],
    ['{ type: assert-set, assert: [{ type: equals, value: a }] }', 'Unrecognized key: "assert"'],
    ['{ type: contains, value: a, weight: 2 }', 'Unrecognized key: "weight"'],
    ['{ type: contains, value: a, transform: output.trim() }', 'Unrecognized key: "transform"'],
    ['{ type: contains }', 'contains needs a value'],
    ['{ type: llm-rubric }', 'llm-rubric needs a value'],
    ['{ type: contains-any, value: "a, b" }', 'contains-any is read with a list of texts'],
    ['{ type: equals, value: { a: 1 } }', 'equals is read with a text or a number'],
    ['{ type: is-json, value: file://schema.json }', 'its value must be a JSON Schema, written here'],
    ['{ type: regex, value: "(" }', 'is no regular expression'],
    ['{ type: g-eval, value: " " }', 'g-eval needs a value that says what is asked'],
    ['{ type: contains, value: "{{ d }}" }', 'no variable {{d}}'],
  ])('refuses %s with its line', async (assertion, message) => {
    const told = await refusal(withAssertion(assertion))
    expect(told).toMatch(/^x:5: /)
    expect(told).toContain(message)
  })

  it.each([
    ['prompts:\n  - "{{a | upper}}"', 'x:2: prompts.0: no variable {{a | upper}}'],
    ['prompts:\n  - "{% if a %}b{% endif %}"', 'x:2: prompts.0: blocks and comments of templates are not read'],
    ['prompts: [file://prompt.txt]', 'x:1: prompts.0: file://prompt.txt is another file'],
    ['prompts: prompts/*.txt', 'is another file'],
    ['prompts:\n  - a\ntests: file://tests.csv', 'x:3: tests: '],
    ['prompts:\n  - a\ntests:\n  - vars: 7', 'x:4: tests.0.vars: '],
    ['prompts:\n  - a\ntests:\n  - vars:\n      b: file://b.txt', 'x:4: tests.0.vars: b is another file'],
    ['prompts:\n  - a\ntests:\n  - vars: { b: "{{c}}", c: "{{b}}" }', 'x:4: tests.0.vars: they name each other'],
    ['prompts:\n  - a\nscenarios: []', 'x:3: scenarios: '],
    ['prompts:\n  - a\ntests:\n  - threshold: 0.5', 'x:4: tests.0.threshold: '],
  ])('refuses %j', async (text, message) => {
    expect(await refusal(text)).toContain(message)
  })

  it('tells every fault at once', async () => {
    const told = await refusal(`${withAssertion('{ type: cost }')}      - { type: bleu, value: a }\n`)
    expect(told.split('\n').map((line) => line.slice(0, 4))).toEqual(['x:5:', 'x:6:'])
  })

  it('drops no assertion, whatever its type and value', () => {
    const known = ['equals', 'not-regex', 'contains-any', 'is-json', 'similar', 'g-eval']
    const law = (meaningOf: typeof assertionMeaning) =>
      fc.property(fc.oneof(fc.string(), fc.constantFrom(...known)), fc.jsonValue(), (type, value) => {
        const meaning = meaningOf({ type, value })
        return Object.keys(meaning).length === 1 && Object.values(meaning).every(Boolean)
      })
    fc.assert(law(assertionMeaning))
    // The offender passes over what it does not know.
    const forgetful = (asked: PromptfooAssertion): AssertionMeaning =>
      known.includes(asked.type) ? assertionMeaning(asked) : ({} as AssertionMeaning)
    expect(fc.check(law(forgetful)).failed).toBe(true)
  })
})
