import { testTarget } from '@foretoken/contract/conformance'
import { fixtureModels, fixturePrompts } from '@foretoken/fixtures'
import { afterAll, describe } from 'vitest'
import { loadModel } from '../../src/index.js'

// One thread: with more, each waits for the other's turn on a busy machine, a hundred times longer than it computes.
const options = { threads: 1 }

/** Room for the answer in the small context: the first prompt's answer, a renamed program, is longer. */
const smallRoomTokens = 24

describe.each(['base', 'moe', 'hybrid', 'draft'] as const)('the %s model', async (name) => {
  const model = await loadModel(fixtureModels[name].q8_0, options)
  afterAll(() => model[Symbol.asyncDispose]())
  const byRename = fixturePrompts.toSorted(
    (one, other) => Number(other.kind === 'rename') - Number(one.kind === 'rename'),
  )
  const prompts = byRename.map(({ text }) => model.tokenize(text, { special: true }))
  // There is no state to go back to before the first token, and no checkpoint of the first one.
  prompts.push(...[1, 2, 3].map((length) => model.tokenize('Repeat this').subarray(0, length)))
  testTarget({
    create: () => model.openTarget(),
    smallContext: () => model.openTarget({ contextTokens: (prompts[0]?.length ?? 0) + smallRoomTokens }),
    prompts,
    endTokens: model.facts.endOfTextTokens,
    vocabularySize: model.facts.vocabularySize,
    maxTokens: 64,
  })
})
