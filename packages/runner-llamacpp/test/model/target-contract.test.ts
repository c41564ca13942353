import { testTarget } from '@foretoken/contract/conformance'
import { fixtureModels, fixturePrompts } from '@foretoken/fixtures'
import { afterAll, describe } from 'vitest'
import { type EngineName, loadModel } from '../../src/index.js'
import { engineNames } from '../engine-names.js'

/** What the kit runs on: every engine, and the native one with room for eight sessions. */
const engines: readonly { readonly engine: EngineName; readonly sequences: number; readonly numRuns: number }[] = [
  ...engineNames.map((engine) => ({ engine, sequences: 1, numRuns: engine === 'native' ? 20 : 8 })),
  ...engineNames.filter((engine) => engine === 'native').map((engine) => ({ engine, sequences: 8, numRuns: 5 })),
]

/** Room for the answer in the small context: the first prompt's answer, a renamed program, is longer. */
const smallRoomTokens = 24

const cases = engines.flatMap((one) => (['base', 'moe', 'hybrid', 'draft'] as const).map((name) => ({ name, ...one })))

describe.each(cases)('the $name model on $engine, sequences: $sequences', async ({ name, numRuns, ...options }) => {
  // One thread: with more, each waits for the other's turn on a busy machine, a hundred times longer than it computes.
  const model = await loadModel(fixtureModels[name].q8_0, { threads: 1, ...options })
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
    numRuns,
  })
})
