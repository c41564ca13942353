import type { NativeModel, NativeSampling } from '@foretoken/native'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { samplingModel } from './sampling-model.js'

let model: NativeModel
beforeAll(async () => {
  model = await samplingModel()
})
afterAll(async () => await model.dispose())

/** As JavaScript without types could call it. */
const untyped = (sampling: Readonly<Record<string, unknown>>) => sampling as NativeSampling

const wrong: readonly (readonly [NativeSampling, string])[] = [
  [{ temperature: -0.1 }, 'temperature must be a number from 0 to 100, got -0.1'],
  [{ temperature: 101 }, 'temperature must be a number from 0 to 100, got 101'],
  [{ temperature: Number.NaN }, 'temperature must be a number from 0 to 100, got NaN'],
  [untyped({ temperature: '1' }), 'temperature must be a number from 0 to 100, got 1'],
  [{ seedLow: -1 }, 'seed must be an integer from 0 to 4294967295, got -1'],
  [{ topK: 1.5 }, 'topK must be an integer from 0 to 2147483647, got 1.5'],
  [{ topP: 0 }, 'topP must be a number above 0 to 1, got 0'],
  [{ minP: 1.1 }, 'minP must be a number from 0 to 1, got 1.1'],
  [{ typicalP: 2 }, 'typicalP must be a number above 0 to 1, got 2'],
  [{ topNSigma: 0 }, 'topNSigma must be a number above 0, got 0'],
  [{ xtcProbability: 2 }, 'xtc.probability must be a number from 0 to 1, got 2'],
  [{ xtcThreshold: -1 }, 'xtc.threshold must be a number from 0 to 1, got -1'],
  [{ penaltyLastTokens: -1 }, 'penalties.lastTokens must be an integer from 0 to 2147483647, got -1'],
  [{ penaltyRepeat: 0 }, 'penalties.repeat must be a number from 1e-06 to 1000000, got 0'],
  [{ penaltyFrequency: Number.POSITIVE_INFINITY }, 'penalties.frequency must be a finite number, got Infinity'],
  [{ penaltyPresence: 1e300 }, 'penalties.presence must be a number that 32 bits can hold, got 1e+300'],
  [{ dryMultiplier: -1 }, 'dry.multiplier must be a number from 0 up, got -1'],
  [{ dryBase: 0.5 }, 'dry.base must be a number from 1 up, got 0.5'],
  [{ dryAllowedTokens: -2 }, 'dry.allowedTokens must be an integer from 0 to 2147483647, got -2'],
  [{ dryLastTokens: 2 ** 31 }, 'dry.lastTokens must be an integer from 0 to 2147483647, got 2147483648'],
  [{ dryBreakers: [''] }, 'dry.breakers must be strings of 1 to 40 bytes, got '],
  [untyped({ dryBreakers: 'no' }), 'dry.breakers must be an array of at most 64 strings, got no'],
  [{ topLogProbabilities: 101 }, 'topLogProbabilities must be an integer from 0 to 100, got 101'],
  [
    { biasTokens: Int32Array.of(1), biasValues: Float32Array.of(Number.NaN) },
    'logitBias must be finite numbers or -Infinity, got NaN',
  ],
  [{ biasTokens: Int32Array.of(1) }, 'logitBias must be biases in a Float32Array, got undefined'],
  [
    { biasTokens: Int32Array.of(1, 2), biasValues: Float32Array.of(1) },
    'logitBias must be 2 biases, one a token, got 1',
  ],
  [
    { biasTokens: Int32Array.of(-1), biasValues: Float32Array.of(1) },
    'logitBias must name tokens from 0 to 4095, got -1',
  ],
  [untyped({ grammar: 5 }), 'grammar must be a string, got 5'],
]

describe('options of sampling', () => {
  it.each(wrong)('refuses %j', (sampling, message) => {
    expect(() => model.createSampler(sampling)).toThrow(
      expect.objectContaining({ code: 'ERR_OPTION_INVALID', message }),
    )
  })

  it('takes the ends of the ranges', () => {
    const ends: readonly NativeSampling[] = [
      { temperature: 100, topP: 1, minP: 1, typicalP: 1e-9, xtcProbability: 1, xtcThreshold: 0, topK: 2 ** 31 - 1 },
      { temperature: 1e-45, topP: 1e-9, minP: 0, topNSigma: 1e-9, seedLow: 2 ** 32 - 1, seedHigh: 2 ** 21 - 1 },
      { dryMultiplier: 100, dryBase: 1, dryAllowedTokens: 0, penaltyLastTokens: 2 ** 31 - 1, penaltyRepeat: 1e6 },
    ]
    for (const sampling of ends) {
      const sampler = model.createSampler(sampling)
      sampler.acceptPrompt(Int32Array.of(5, 6, 5, 6))
      const row = new Float32Array(model.vocabularySize)
      row[9] = 20
      expect(sampler.choose(row, Number.MAX_SAFE_INTEGER).token).toBe(9)
    }
  })

  it('forbids by a bias of -Infinity, and prefers by a positive one', () => {
    const row = new Float32Array(model.vocabularySize)
    row.set([9, 8, 7], 40)
    const biases = { biasTokens: Int32Array.of(40, 42), biasValues: Float32Array.of(Number.NEGATIVE_INFINITY, 3) }
    expect(model.createSampler(biases).choose(row, 0)).toMatchObject({ token: 42, topGap: 2 })
    const sampled = model.createSampler({ ...biases, temperature: 2 })
    for (let position = 0; position < 500; position++) expect(sampled.choose(row, position).token).not.toBe(40)
  })

  it('refuses rows, places and tokens that do not fit the model', () => {
    const sampler = model.createSampler()
    const refusal = (message: string) => expect.objectContaining({ code: 'ERR_OPTION_INVALID', message })
    expect(() => sampler.choose(new Float32Array(3), 0)).toThrow(refusal('logits must have 4096 columns, got 3'))
    const row = new Float32Array(model.vocabularySize)
    expect(() => sampler.choose(row, -1)).toThrow(refusal('position must be an integer from 0 up, got -1'))
    expect(() => sampler.choose(row, 0.5)).toThrow(refusal('position must be an integer from 0 up, got 0.5'))
    expect(() => sampler.accept(4096)).toThrow(refusal('token must be an integer from 0 to 4095, got 4096'))
    expect(() => sampler.acceptPrompt(Int32Array.of(1, -1))).toThrow(
      refusal('token must be an integer from 0 to 4095, got -1'),
    )
  })
})
