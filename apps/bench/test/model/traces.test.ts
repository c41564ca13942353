import { fixtureModels, readFixtureTraces } from '@foretoken/fixtures'
import { loadModel } from '@foretoken/runner-llamacpp'
import { describe, expect, it } from 'vitest'
import { greedyText } from './greedy-text.js'

/** One request in so many is replayed. */
const STRIDE = 16

describe('the recorded traces', () => {
  it('are what the base model writes', async () => {
    await using model = await loadModel(fixtureModels.base.q8_0, { threads: 1 })
    const sample = readFixtureTraces().filter((_, index) => index % STRIDE === 0)
    expect(sample.length).toBeGreaterThanOrEqual(8)
    for (const { id, prompt, output } of sample) {
      const { tokens } = await greedyText(model, Int32Array.from(prompt), { maxTokens: output.length })

      expect([id, tokens]).toEqual([id, output])
    }
  })
})
