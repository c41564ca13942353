import type { Tokens } from '@foretoken/contract'
import { fixtureModels, fixturePrompts } from '@foretoken/fixtures'
import { describe, expect, test } from 'vitest'
import { compareWithPlain, type LoadedModel, loadModel } from '../../src/index.js'
import { engineNames } from '../engine-names.js'
import { copyingDrafter, hopelessDrafter } from '../simple-drafters.js'
import { wrongModel } from '../wrong-model.js'

/** One pair is enough, and a busy machine drops no drafter. */
const calm = { repetitions: 1, draftTimeoutMs: 60_000 }
const copied = fixturePrompts.filter(({ kind }) => kind === 'rename' || kind === 'quote')

function promptOf(model: LoadedModel, text: string): Tokens {
  return model.tokenize(text, { special: true })
}

const models = ['base', 'moe', 'hybrid'] as const
const cases = engineNames.flatMap((engine) => models.map((name) => ({ name, engine })))

describe.each(cases)('the $name model on $engine', ({ name, engine }) => {
  test('drafts that copy the prompt halve the steps and change nothing', async () => {
    await using model = await loadModel(fixtureModels[name].q8_0, { threads: 1, engine })
    let [tokens, steps] = [0, 0]
    for (const { id, text } of copied) {
      const options = { prompt: promptOf(model, text), drafter: copyingDrafter, maxTokens: 200, ...calm }
      const { identical, drafted } = await compareWithPlain({ ...options, model })
      expect({ id, identical }).toEqual({ id, identical: true })
      for (const { summary } of drafted) {
        tokens += summary.tokens
        steps += summary.steps
      }
    }
    expect(steps).toBeLessThan(tokens / 2)
  })
})

test.each(engineNames)('a session that accepts one bad token in a hundred is found out on %s', async (engine) => {
  await using model = await loadModel(fixtureModels.base.q8_0, { threads: 1, engine })
  const wrong = wrongModel(model)
  const verdicts: (boolean | 'tie')[] = []
  for (const { text } of copied) {
    const options = { prompt: promptOf(model, text), drafter: copyingDrafter, maxTokens: 200, ...calm }
    verdicts.push((await compareWithPlain({ ...options, model: wrong })).identical)
  }
  expect(wrong.badTokens).toBeGreaterThan(0)
  expect(verdicts).toContain(false)
  expect(verdicts).not.toContain('tie')
})

// Texts of random tokens hold places where two tokens are nearly equal; on the machine these were found on, f16 logits
// choose one of them alone and the other in a batch, by 0.0001 to 0.001.
const closeTexts = [
  [[1116, 3273, 664, 2751, 3514, 701, 2243, 3433, 1045, 508, 292, 866]],
  [[2873, 2213, 1660, 3297, 1751, 2083, 2581, 2047, 3882, 3023, 559, 2579]],
  [[584, 2882, 3688, 2316, 743, 2136, 1526, 2212, 966, 1662, 1832, 2027]],
]
const closeCases = engineNames.flatMap((engine) => closeTexts.map(([prompt]) => ({ engine, prompt })))

test.each(closeCases)(
  'a difference that the width makes is never taken for a fault: $prompt on $engine',
  async ({ engine, prompt }) => {
    await using model = await loadModel(fixtureModels.base.f16, { threads: 1, engine })
    const options = { model, prompt: Int32Array.from(prompt ?? []), maxTokens: 60, ...calm }
    const { identical, divergence } = await compareWithPlain({ ...options, drafter: hopelessDrafter })
    expect(['tie', true]).toContain(identical)
    expect(divergence?.gap ?? 0).toBeLessThan(0.01)
  },
)
