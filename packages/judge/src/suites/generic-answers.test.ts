import { expect, it } from 'vitest'
import { scoredCheck } from '../checkers/check.js'
import type { SuitePrompt } from '../suite.js'
import { loadPackagedSuite, packagedSuiteNames } from './packaged-suite.js'

const refusals = ['I do not know.', 'Sorry, I cannot help with that.', 'As a language model I do not answer this.']
const forms = ['', ' ', 'Answer:', 'Answer: <number>', 'Answer: none', '{}', '[]', 'null', '- A\n- B\n- C', 'OK']

/** Answers that would fit every prompt, echoes of it among them. */
function genericAnswers({ id, messages }: SuitePrompt): readonly string[] {
  const question = messages.map(({ content }) => content).join('\n')
  // To say what it cannot do is right where no tool fits.
  return [...forms, ...(id === 'nothing-fits' ? [] : refusals), question, question.slice(0, 400)]
}

async function taken(prompt: SuitePrompt): Promise<readonly string[]> {
  const { id, tier, checker, messages } = prompt
  if (checker === undefined || checker.kind === 'code') return []
  const question = messages.map(({ content }) => content).join('\n')
  const texts: string[] = []
  for (const text of genericAnswers(prompt)) {
    const { passed, score } = await scoredCheck(checker, { text }, question)
    if (passed || (tier === 'T3' && score > 1)) texts.push(`${id} ${score}: ${text}`)
  }
  return texts
}

it.each(packagedSuiteNames)('%s takes nothing that would fit every prompt', async (name) => {
  const faults: string[] = []
  for (const prompt of (await loadPackagedSuite(name)).prompts) faults.push(...(await taken(prompt)))
  expect(faults).toEqual([])
})
