import { testTarget } from '@foretoken/contract/conformance'
import { fixtureModels, fixturePrompts } from '@foretoken/fixtures'
import { afterAll, describe } from 'vitest'
import { type EngineName, loadModel } from '../../src/index.js'
import { engineNames } from '../engine-names.js'

interface Engine {
  readonly engine: EngineName
  readonly sequences: number
  readonly mayBlockMs: number
  readonly numRuns: number
}

/** What the kit runs on: every engine, and the native one on the calling thread, and with room for eight sessions. */
const engines: readonly Engine[] = engineNames.flatMap((engine) => {
  const own = { engine, sequences: 1, mayBlockMs: 0 }
  if (engine !== 'native') return [{ ...own, numRuns: 8 }]
  return [
    { ...own, numRuns: 15 },
    { ...own, mayBlockMs: 1000, numRuns: 10 },
    { ...own, sequences: 8, numRuns: 5 },
  ]
})

/** Room for the answer in the small context: the first prompt's answer, a renamed program, is longer. */
const smallRoomTokens = 24

const cases = engines.flatMap((one) => (['base', 'moe', 'hybrid', 'draft'] as const).map((name) => ({ name, ...one })))

describe.each(cases)(
  'the $name model on $engine, sequences: $sequences, mayBlockMs: $mayBlockMs',
  async ({ name, numRuns, ...options }) => {
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
  },
)
