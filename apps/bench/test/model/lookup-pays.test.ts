import { lookupDrafter } from '@foretoken/drafter-lookup'
import { fixtureModels, fixturePrompts } from '@foretoken/fixtures'
import { loadModel } from '@foretoken/runner-llamacpp'
import { describe, expect, it } from 'vitest'
import { greedyText } from './greedy-text.js'

const prompts = fixturePrompts.filter(({ kind }) => kind === 'rename' || kind === 'quote')
const maxTokens = 120

// Q8_0: on these copies logits do not depend on the verify width, so not one difference is a tie.
describe.each(['base', 'moe', 'hybrid'] as const)('lookup on the %s model', (name) => {
  it('needs less than half as many steps as tokens where the answer copies, with identical output', async () => {
    await using model = await loadModel(fixtureModels[name].q8_0, { threads: 1 })
    for (const { id, text } of prompts) {
      const prompt = model.tokenize(text, { special: true })
      const plain = await greedyText(model, prompt, { maxTokens })
      using drafter = lookupDrafter()
      const drafted = await greedyText(model, prompt, { maxTokens, drafter })

      expect([id, drafted.tokens]).toEqual([id, plain.tokens])
      expect(plain.summary.steps).toBe(plain.tokens.length)
      expect([id, drafted.summary.steps / drafted.tokens.length < 0.5]).toEqual([id, true])
    }
  })
})
