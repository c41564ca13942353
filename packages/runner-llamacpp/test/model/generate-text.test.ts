import { fixtureModels, fixturePrompts } from '@foretoken/fixtures'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { generateText, type LoadedModel, loadModel, type TextStep } from '../../src/index.js'
import { engineNames } from '../engine-names.js'
import { copyingDrafter } from '../simple-drafters.js'

let model: LoadedModel

async function write(stop: readonly string[] = []): Promise<TextStep[]> {
  const prompt = model.tokenize(fixturePrompts.find(({ id }) => id === 'rename-walk')?.text ?? '', { special: true })
  await using target = await model.openTarget()
  using drafter = copyingDrafter()
  const steps: TextStep[] = []
  const options = { model, target, prompt, drafter, stop, maxTokens: 200, draftTimeoutMs: 60_000 }
  for await (const step of generateText(options)) steps.push(step)
  return steps
}

const textOf = (steps: readonly TextStep[]): string =>
  steps.flatMap(({ pieces }) => pieces.map((piece) => piece.text)).join('')

describe.each(engineNames)('on %s', (engine) => {
  beforeAll(async () => {
    model = await loadModel(fixtureModels.base.q8_0, { threads: 1, engine })
  })

  afterAll(async () => {
    await model[Symbol.asyncDispose]()
  })

  test('the end of text is a token and no text', async () => {
    const steps = await write()
    const tokens = steps.flatMap(({ step }) => [...step.tokens])
    expect(steps.at(-1)?.step.finish).toBe('end-of-text')
    expect(model.facts.endOfTextTokens).toContain(tokens.at(-1))
    expect(textOf(steps)).not.toContain('<|')
    expect([...model.tokenize(textOf(steps))]).toEqual(tokens.slice(0, -1))
  })

  test('both makers have text, in its order', async () => {
    const pieces = (await write()).flatMap((step) => step.pieces)
    expect(new Set(pieces.map(({ drafter }) => drafter))).toEqual(new Set(['', 'copying']))
  })

  test('a stop string ends the text wherever its tokens part', async () => {
    const whole = textOf(await write())
    // Every stretch of five characters, most of which neither begin nor end with a token.
    for (let at = 0; at + 5 <= whole.length; at += 23) {
      const stop = whole.slice(at, at + 5)
      const steps = await write([stop])
      expect(textOf(steps)).toBe(whole.slice(0, whole.indexOf(stop)))
      expect(steps.at(-1)?.step.finish).toBe('stopped')
    }
  })
})
