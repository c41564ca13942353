import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import type { Checker } from '../checker.js'
import type { Message } from '../message.js'
import { parseYaml } from '../yaml-lines.js'
import { type ImportedPrompt, type ImportSource, userTurn } from './imported-suite.js'
import { assertionMeaning, type PromptfooAssertion } from './promptfoo-assertion.js'
import { type PromptfooConfig, promptfooConfig } from './promptfoo-config.js'

const maxPrompts = 2_000

/**
 * A configuration of promptfoo, YAML or JSON: every prompt with every test and every combination of variables that are
 * lists. Templates are `{{name}}` only. What a model grades there is the rubric of a judge; an assertion that nobody can
 * check here is refused with its line, never dropped.
 */
export function importPromptfoo(source: ImportSource): ImportedPrompt[] {
  const readable = promptfooConfig.check(({ value, issues }) => {
    const { faults } = converted(value)
    for (const { path, message } of faults) issues.push({ code: 'custom', path: [...path], message, input: value })
  })
  return converted(parseYaml(source.text, readable, { name: source.name, maxCharacters: 8 * 2 ** 20 })).prompts
}

type Path = readonly (string | number)[]
type Values = Readonly<Record<string, unknown>>

interface Fault {
  readonly path: Path
  readonly message: string
}

/** What can be read, and the faults of what cannot. */
interface Conversion {
  readonly prompts: ImportedPrompt[]
  readonly faults: readonly Fault[]
}

/** Why something cannot be read. */
class Unreadable extends Error {}

// More than a reader looks at.
const maxFaults = 20

function converted(config: PromptfooConfig): Conversion {
  const prompts: ImportedPrompt[] = []
  const faults: Fault[] = []
  const attempt: Attempt = (path, make) => {
    try {
      return [make()]
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error
      // What all tests have in common is wrong once.
      if (!faults.some((fault) => isDeepStrictEqual(fault.path, path))) faults.push({ path, message: error.message })
      return []
    }
  }
  for (const { id, template, values, path, assertions } of cases(config, attempt)) {
    const turns = attempt(path, () => turnOf(filled(whole(template), values)))
    const meanings = assertions.flatMap(({ asked, path: at }) => attempt(at, () => understood(asked, values)))
    prompts.push({ id, turns, references: [], ...judged(meanings) })
    if (prompts.length > maxPrompts)
      faults.push({ path: ['tests'], message: `they make more than ${maxPrompts} prompts` })
    if (faults.length >= maxFaults || prompts.length > maxPrompts) break
  }
  return { prompts, faults }
}

/** What comes of something, or nothing where it cannot be read. */
type Attempt = <Value>(path: Path, make: () => Value) => readonly Value[]

interface Case {
  readonly id: string
  readonly template: string
  readonly values: Values
  readonly path: Path
  readonly assertions: readonly { readonly asked: PromptfooAssertion; readonly path: Path }[]
}

function* cases({ prompts, tests, defaultTest }: PromptfooConfig, attempt: Attempt): Generator<Case, void, void> {
  for (const [promptIndex, template] of prompts.entries()) {
    for (const [testIndex, { vars, assert = [] }] of tests.entries()) {
      const assertions = [
        ...(defaultTest.assert ?? []).map((asked, at) => ({ asked, path: ['defaultTest', 'assert', at] })),
        ...assert.map((asked, at) => ({ asked, path: ['tests', testIndex, 'assert', at] })),
      ]
      const [all = []] = attempt(['tests', testIndex, 'vars'], () =>
        combinations({ ...defaultTest.vars, ...vars }).map(resolved),
      )
      for (const [index, values] of all.entries()) {
        const suffix = all.length > 1 ? `-${index + 1}` : ''
        const id = `prompt-${promptIndex + 1}-test-${testIndex + 1}${suffix}`
        yield { id, template, values, path: ['prompts', promptIndex], assertions }
      }
    }
  }
}

type Meaning = { readonly checker: Checker } | { readonly rubric: string }

function understood(asked: PromptfooAssertion, values: Values): Meaning {
  const meaning = assertionMeaning({ ...asked, value: filledDeep(asked.value, values) })
  if ('fault' in meaning) throw new Unreadable(meaning.fault)
  return meaning
}

function judged(meanings: readonly Meaning[]): Pick<ImportedPrompt, 'checker' | 'rubric'> {
  const checkers = meanings.flatMap((meaning) => ('checker' in meaning ? [meaning.checker] : []))
  const rubrics = meanings.flatMap((meaning) => ('rubric' in meaning ? [meaning.rubric] : []))
  const checker: Checker | undefined = checkers.length > 1 ? { kind: 'all', checkers } : checkers[0]
  return { ...(checker && { checker }), ...(rubrics.length > 0 && { rubric: rubrics.join('\n') }) }
}

/** Variables that are lists stand for one test each. */
function combinations(vars: Values): Values[] {
  return Object.entries(vars).reduce<Values[]>(
    (all, [name, value]) => {
      const choices = Array.isArray(value) ? value : [value]
      if (all.length * choices.length > maxPrompts) throw new Unreadable(`they make more than ${maxPrompts} prompts`)
      if (choices.some((choice) => typeof choice === 'string' && choice.startsWith('file://'))) {
        throw new Unreadable(`${name} is another file; write its text here`)
      }
      return all.flatMap((values) => choices.map((choice: unknown) => ({ ...values, [name]: choice })))
    },
    [{}],
  )
}

/** Variables whose texts name others have these filled in, too. */
function resolved(values: Values): Values {
  const isTemplate = (value: unknown): value is string => typeof value === 'string' && value.includes('{{')
  let current = values
  for (let depth = 0; Object.values(current).some(isTemplate); depth++) {
    if (depth === 5) throw new Unreadable('they name each other in a circle')
    const before = current
    const entries = Object.entries(before).map(([name, value]) => [
      name,
      isTemplate(value) ? filled(value, before) : value,
    ])
    current = Object.fromEntries(entries)
  }
  return current
}

/** The text of a prompt; what looks like a path stands for a file there. */
function whole(template: string): string {
  const isFile = /^file:\/\/|^[\w./*-]+\.(?:txt|json|ya?ml|csv|jsonl|j2|[cm]?js|ts|py)$/.test(template)
  if (isFile) throw new Unreadable(`${template} is another file; write its text here`)
  return template
}

function filled(template: string, values: Values): string {
  if (/\{[%#]/.test(template)) throw new Unreadable('blocks and comments of templates are not read')
  return template.replace(/\{\{-?\s*([^{}]*?)\s*-?\}\}/g, (_, name: string) => {
    if (!Object.hasOwn(values, name)) {
      throw new Unreadable(`no variable {{${name}}}; filters and expressions are not read`)
    }
    const value = values[name]
    return typeof value === 'object' ? JSON.stringify(value) : String(value)
  })
}

function filledDeep(value: unknown, values: Values): unknown {
  if (typeof value === 'string') return filled(value, values)
  if (Array.isArray(value)) return value.map((each) => filledDeep(each, values))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, filledDeep(inner, values)]))
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
