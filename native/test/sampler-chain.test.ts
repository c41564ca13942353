import type { NativeModel, NativeSampling } from '@foretoken/native'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { randomRow, samplingModel, uniforms } from './sampling-model.js'
import { chosenByOracle } from './sampling-oracle.js'

let model: NativeModel
beforeAll(async () => {
  model = await samplingModel()
})
afterAll(async () => await model.dispose())

/** Rows, texts and places; the seed is fixed, since a token on the very edge of a stage may round to either side. */
const runs = { seed: 20_261_121, numRuns: 60 }
const rowSeed = fc.integer({ min: 0, max: 1e6 })
const temperature = fc.constantFrom(0, 0.3, 0.7, 1, 1.5)
const share = fc.double({ min: 0.05, max: 0.99, noNaN: true })

const truncations: Readonly<Record<string, fc.Arbitrary<NativeSampling>>> = {
  'nothing but the temperature': fc.record({ temperature }),
  'top-k': fc.record({ temperature, topK: fc.integer({ min: 1, max: 300 }) }),
  'top-p': fc.record({ temperature, topP: share }),
  'min-p': fc.record({ temperature, minP: fc.double({ min: 0.001, max: 0.6, noNaN: true }) }),
  typical: fc.record({ temperature, typicalP: share }),
  'top-n-sigma': fc.record({ temperature, topNSigma: fc.double({ min: 0.3, max: 4, noNaN: true }) }),
  xtc: fc.record({ temperature, xtcProbability: share, xtcThreshold: fc.double({ min: 0.01, max: 0.5, noNaN: true }) }),
  'all stages': fc.record(
    {
      temperature,
      topNSigma: fc.double({ min: 1, max: 4, noNaN: true }),
      topK: fc.integer({ min: 5, max: 100 }),
      typicalP: fc.double({ min: 0.5, max: 0.99, noNaN: true }),
      topP: fc.double({ min: 0.5, max: 0.99, noNaN: true }),
      minP: fc.double({ min: 0.001, max: 0.1, noNaN: true }),
      xtcProbability: share,
    },
    { requiredKeys: ['temperature'] },
  ),
}

const edits: Readonly<Record<string, fc.Arbitrary<NativeSampling>>> = {
  penalties: fc.record({
    temperature,
    penaltyRepeat: fc.double({ min: 0.8, max: 2, noNaN: true }),
    penaltyFrequency: fc.double({ min: -1, max: 2, noNaN: true }),
    penaltyPresence: fc.double({ min: -1, max: 2, noNaN: true }),
    penaltyLastTokens: fc.constantFrom(0, 1, 16, 64, 10_000),
  }),
  DRY: fc.record(
    {
      temperature,
      dryMultiplier: fc.double({ min: 0.1, max: 3, noNaN: true }),
      dryBase: fc.double({ min: 1.1, max: 3, noNaN: true }),
      dryAllowedTokens: fc.integer({ min: 1, max: 4 }),
      dryLastTokens: fc.constantFrom(0, 5, 30, 10_000),
      dryBreakers: fc.constant([]),
    },
    { requiredKeys: ['temperature', 'dryMultiplier', 'dryBreakers'] },
  ),
  'both, biases and a cut': fc.record({
    temperature,
    penaltyRepeat: fc.constant(1.3),
    dryMultiplier: fc.constant(0.8),
    dryBreakers: fc.constant([]),
    topK: fc.constant(40),
    topP: fc.constant(0.95),
    biasTokens: fc.constant(Int32Array.of(1, 2, 3)),
    biasValues: fc.constant(Float32Array.of(8, -3, Number.NEGATIVE_INFINITY)),
  }),
}

/** A text of few different tokens, so that it repeats itself. */
function repetitiveText(seed: number): readonly number[] {
  const uniform = uniforms(seed)
  return Array.from({ length: Math.floor(uniform() * 120) }, () => Math.floor(uniform() * uniform() * 8))
}

function expectLikeOracle(
  sampling: NativeSampling,
  seed: number,
  position: number,
  text: readonly number[] = [],
): void {
  const row = randomRow(model.vocabularySize, seed, seed % 60)
  // Tokens of the text are likely, so that what penalises them decides.
  for (const token of text) row[token] = 10 + (token % 8) / 4
  const sampler = model.createSampler({ ...sampling, seedLow: seed })
  sampler.acceptPrompt(Int32Array.from(text))
  const choice = sampler.choose(row, position)
  const expected = chosenByOracle(row, { ...sampling, seedLow: seed }, position, text)
  expect(choice.token).toBe(expected.token)
  // Greedy passes over stages that keep the best token anyway, so what is behind it is what the edits left.
  if (sampling.temperature === 0) return
  // llama.cpp sums in single precision, so a token of the tail may fall on either side of an edge.
  expect(choice.probability / expected.probability).toBeCloseTo(1, 3)
  if (Number.isFinite(expected.topGap)) expect(choice.topGap).toBeCloseTo(expected.topGap, 3)
  else expect(choice.topGap).toBe(Number.POSITIVE_INFINITY)
}

describe('the sampler chain', () => {
  it.each(Object.keys(truncations))('leaves what its definition leaves: %s', (name) => {
    const sampling = truncations[name] ?? fc.constant({})
    const law = fc.property(sampling, rowSeed, fc.nat(1e6), (one, seed, position) =>
      expectLikeOracle(one, seed, position),
    )
    fc.assert(law, runs)
  })

  it.each(Object.keys(edits))('changes what its definition changes: %s', (name) => {
    const sampling = edits[name] ?? fc.constant({})
    const law = fc.property(sampling, rowSeed, fc.nat(1e6), (one, seed, position) =>
      expectLikeOracle(one, seed, position, repetitiveText(seed)),
    )
    fc.assert(law, runs)
  })

  it('says at temperature 0 how far and how probable the best token is', () => {
    const row = new Float32Array(model.vocabularySize).fill(-100)
    row.set([1, 3, 2.5], 70)
    const choice = model.createSampler().choose(row, 0)
    expect(choice).toMatchObject({ token: 71, topGap: 0.5 })
    expect(choice.probability).toBeCloseTo(1 / (1 + Math.exp(-0.5) + Math.exp(-2)), 5)
  })

  it('takes the lower of equal tokens', () => {
    const row = new Float32Array(model.vocabularySize)
    for (const token of [900, 130, 2_000]) row[token] = 5
    expect(model.createSampler().choose(row, 0)).toMatchObject({ token: 130, topGap: 0 })
  })

  it('passes over what is no number', () => {
    const row = new Float32Array(model.vocabularySize).fill(Number.NaN)
    row[77] = -3
    for (const sampling of [{}, { temperature: 1 }, { temperature: 1, topK: 5 }, { temperature: 1, topP: 0.5 }])
      expect(model.createSampler(sampling).choose(row, 0).token).toBe(77)
  })

  it.each([Number.NaN, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY])('refuses a row of %s', (value) => {
    const row = new Float32Array(model.vocabularySize).fill(value)
    expect(() => model.createSampler({ temperature: 1 }).choose(row, 0)).toThrow(
      expect.objectContaining({ code: 'ERR_ENGINE_LOST' }),
    )
  })

  it('tells log-probabilities of the raw row, its own token first', () => {
    const row = randomRow(model.vocabularySize, 5, 12)
    const sampler = model.createSampler({ temperature: 1.5, topK: 30, topLogProbabilities: 4 })
    const { token, choiceTokens = new Int32Array(), choiceLogProbabilities = [] } = sampler.choose(row, 9)
    const sum = row.reduce((total, logit) => total + Math.exp(logit), 0)
    const best = Array.from(row.keys()).toSorted((one, other) => (row[other] ?? 0) - (row[one] ?? 0))
    expect(Array.from(choiceTokens)).toEqual([token, ...best.slice(0, 4)])
    for (const [index, id] of choiceTokens.entries())
      expect(choiceLogProbabilities[index]).toBeCloseTo((row[id] ?? 0) - Math.log(sum), 4)
  })
})
