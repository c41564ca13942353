import { SpeculationError } from '@foretoken/contract'
import type { Suite, SuitePrompt } from '../suite.js'
import { suiteSchema } from '../suite-schema.js'
import type { ImportedPrompt, ImportedSuite } from './imported-suite.js'

/** A suite that others wrote, in the form of one's own. */
export interface RunnableSuite {
  readonly suite: Suite
  /** What is not asked or not scored as it was meant, a sentence each. */
  readonly notes: readonly string[]
}

const openRubric = 'It is right and complete and does what is asked; where there is a reference, it agrees with that.'

/**
 * Makes prompts that `runSuites` asks from those that others wrote; `name` is what results call the suite. Of a conversation
 * the first turn is asked, all prompts are T1, and where a checker and a rubric are there, the checker decides.
 */
export function runnableSuite({ suite: format, prompts }: ImportedSuite, name: string = format): RunnableSuite {
  const ids = new Set<string>()
  const made = {
    suite: words(name, '_'),
    version: 1,
    description: `Imported from ${format}`,
    prompts: prompts.map((prompt): SuitePrompt => runnable(prompt, uniqueId(prompt.id, ids))),
  }
  const { data, error } = suiteSchema.safeParse(made)
  if (error) {
    const [issue] = error.issues
    throw new SpeculationError('ERR_OPTION_INVALID', `${name}: ${issue?.path.join('.')}: ${issue?.message}`)
  }
  const several = prompts.filter(({ turns }) => turns.length > 1).length
  const both = prompts.filter(({ checker, rubric }) => checker !== undefined && rubric !== undefined).length
  return {
    suite: data,
    notes: [
      ...(several > 0 ? [`${several} of ${prompts.length} prompts have further turns, which are not asked`] : []),
      ...(both > 0 ? [`${both} of ${prompts.length} prompts also have a rubric, but their checker decides`] : []),
    ],
  }
}

function runnable({ turns, tools, checker, rubric, references }: ImportedPrompt, id: string): SuitePrompt {
  const known = turns.length > 1 ? references.slice(0, 1) : references
  return {
    id,
    tier: 'T1',
    messages: turns[0] ?? [],
    ...(tools !== undefined && tools.length > 0 && { tools }),
    reference: known.join('\n').trim() === '' ? 'There is none.' : known.join('\n'),
    ...(checker && { checker }),
    ...(rubric !== undefined && { rubric: { right: rubric } }),
    ...(checker === undefined && rubric === undefined && { rubric: { right: openRubric } }),
    answers: { right: '', wrong: '' },
  }
}

/** Ids of others may hold anything, and differ in what does not count here. */
function uniqueId(id: string, ids: Set<string>): string {
  const plain = words(id, '-').slice(0, 70).replace(/-$/, '')
  let unique = plain
  for (let count = 2; ids.has(unique); count++) unique = `${plain}-again-${count}`
  ids.add(unique)
  return unique
}

function words(text: string, between: '-' | '_'): string {
  const parts = text.toLowerCase().match(/[a-z0-9]+/g) ?? ['x']
  return parts.join(between)
}
