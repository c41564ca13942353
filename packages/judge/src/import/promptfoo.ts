import { SpeculationError } from '@foretoken/contract'
import { z } from 'zod'
import type { Checker } from '../checker.js'
import type { Message } from '../message.js'
import { parseYaml } from '../yaml-lines.js'
import { type ImportedPrompt, type ImportSource, userTurn } from './imported-suite.js'
import { assertionChecker, type PromptfooAssertion } from './promptfoo-assertion.js'

const assertion = z.object({ type: z.string().min(1), value: z.unknown().optional() })
const test = z.object({
  description: z.string().optional(),
  vars: z.record(z.string(), z.unknown()).optional(),
  assert: z.array(assertion).optional(),
})
const config = z.object({
  prompts: z
    .array(z.union([z.string().min(1), z.object({ raw: z.string().min(1) })]))
    .min(1)
    .max(50),
  tests: z.array(test).max(2_000).optional(),
  defaultTest: test.optional(),
})
const maxPrompts = 2_000

/**
 * A configuration of promptfoo: every prompt with every test and every combination of variables that are lists.
 * Templates are `{{name}}` only. Assertions that take code, a model or a service are told, never dropped; the rubric of
 * `llm-rubric` is kept for a judge.
 */
export function importPromptfoo(source: ImportSource): ImportedPrompt[] {
  const {
    prompts,
    tests = [{}],
    defaultTest = {},
  } = parseYaml(source.text, config, {
    name: source.name,
    maxCharacters: 8 * 2 ** 20,
  })
  const imported = prompts.flatMap((prompt, promptIndex) => {
    const template = typeof prompt === 'string' ? prompt : prompt.raw
    if (template.startsWith('file://')) throw fault(source, `the prompt ${template} is another file; write it here`)
    return tests.flatMap(({ vars, assert = [] }, testIndex) =>
      combinations({ ...defaultTest.vars, ...vars }, source).map((values, index, { length }) => ({
        id: `prompt-${promptIndex + 1}-test-${testIndex + 1}${length > 1 ? `-${index + 1}` : ''}`,
        turns: [turnOf(filled(template, values, source))],
        references: [],
        ...judged([...(defaultTest.assert ?? []), ...assert], values, source),
      })),
    )
  })
  if (imported.length > maxPrompts) throw fault(source, `more than ${maxPrompts} prompts`)
  return imported
}

type Values = Readonly<Record<string, unknown>>

function judged(
  assertions: readonly z.infer<typeof assertion>[],
  values: Values,
  source: ImportSource,
): Pick<ImportedPrompt, 'checker' | 'rubric' | 'unsupported'> {
  const asked = assertions.map(
    ({ type, value }): PromptfooAssertion => ({
      type,
      value: typeof value === 'string' ? filled(value, values, source) : value,
    }),
  )
  const rubrics = asked.filter(({ type }) => type === 'llm-rubric').map(({ value }) => String(value))
  const others = asked.filter(({ type }) => type !== 'llm-rubric')
  const checkers = others.map(assertionChecker).filter((checker) => checker !== undefined)
  const checker: Checker | undefined = checkers.length > 1 ? { kind: 'all', checkers } : checkers[0]
  return {
    ...(checker && { checker }),
    ...(rubrics.length > 0 && { rubric: rubrics.join('\n') }),
    unsupported: others.filter((each) => assertionChecker(each) === undefined).map(({ type }) => type),
  }
}

/** Variables that are lists stand for one test each. */
function combinations(vars: Values, source: ImportSource): Values[] {
  return Object.entries(vars).reduce<Values[]>(
    (all, [name, value]) => {
      const choices = Array.isArray(value) ? value : [value]
      if (all.length * choices.length > maxPrompts) throw fault(source, `more than ${maxPrompts} prompts`)
      return all.flatMap((values) => choices.map((choice: unknown) => ({ ...values, [name]: choice })))
    },
    [{}],
  )
}

function filled(template: string, values: Values, source: ImportSource): string {
  return template.replace(/\{\{-?\s*([^{}]*?)\s*-?\}\}/g, (_, name: string) => {
    if (!Object.hasOwn(values, name))
      throw fault(source, `no variable {{${name}}}; filters and expressions are not read`)
    const value = values[name]
    return typeof value === 'object' ? JSON.stringify(value) : String(value)
  })
}

const messages: z.ZodType<readonly Message[]> = z
  .array(z.object({ role: z.enum(['system', 'user', 'assistant', 'tool']), content: z.string() }))
  .min(1)

/** A prompt is text, or a conversation as JSON. */
function turnOf(text: string): readonly Message[] {
  if (!text.trimStart().startsWith('[')) return userTurn(text)
  try {
    return messages.parse(JSON.parse(text))
  } catch {
    return userTurn(text)
  }
}

function fault({ name }: ImportSource, message: string): SpeculationError {
  return new SpeculationError('ERR_OPTION_INVALID', `${name}: ${message}`)
}
