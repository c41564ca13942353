import { fixtureModels } from '@foretoken/fixtures'
import { describe, expect, inject, it } from 'vitest'
import { runLlamaBench } from '../../src/engine/llama-bench.js'

const { llamaBench, prebuiltBench } = inject('engines')
const programs = [
  ['built from the bundle', llamaBench],
  ['linked with the shipped libraries', prebuiltBench],
] as const

describe('llama-bench', () => {
  it.runIf(prebuiltBench).each(programs)('measures plain decoding, %s', async (_, path = '') => {
    const options = { path, model: fixtureModels.base.q8_0, threads: 1, tokens: 16, depth: 32, repetitions: 2 }
    const { tokensPerSecond, backend } = await runLlamaBench(options)

    expect(backend).toBe('CPU')
    expect(tokensPerSecond).toHaveLength(2)
    // More than a person reads, less than a processor can do.
    for (const speed of tokensPerSecond) expect(speed > 5 && speed < 1e6).toBe(true)
  })

  it('says what is wrong with a model', async () => {
    const options = { path: llamaBench, model: import.meta.filename, threads: 1, tokens: 1, depth: 0, repetitions: 1 }
    await expect(runLlamaBench(options)).rejects.toThrow(/llama-bench ended with 1: .*failed to load model/s)
  })
})
