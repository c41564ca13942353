import type { NativeModel, NativeSampling } from '@foretoken/native'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mostSurprise, surprise } from './chi-square.js'
import { randomRow, samplingModel } from './sampling-model.js'
import { softmax, survivors } from './sampling-oracle.js'

let model: NativeModel
beforeAll(async () => {
  model = await samplingModel()
})
afterAll(async () => await model.dispose())

const draws = 10_000

/** How often each token comes at as many places. */
function counted(row: Float32Array, sampling: NativeSampling): readonly number[] {
  const counts = new Array<number>(row.length).fill(0)
  const sampler = model.createSampler(sampling)
  for (let position = 0; position < draws; position++) {
    const { token } = sampler.choose(row, position)
    counts[token] = (counts[token] ?? 0) + 1
  }
  return counts
}

/** Softmax of what the chain leaves; with XTC, of both throws of its coin. */
function expectedShares(row: Float32Array, sampling: NativeSampling): readonly number[] {
  const { xtcProbability = 0, temperature = 0 } = sampling
  const shares = new Array<number>(row.length).fill(0)
  for (const [coin, weight] of [
    [1, xtcProbability],
    [0, 1 - xtcProbability],
  ] as const) {
    const left = survivors(row, { ...sampling, xtcProbability: coin }, 0)
    softmax(left, temperature).forEach((share, index) => {
      const token = left[index]?.token ?? 0
      shares[token] = (shares[token] ?? 0) + share * weight
    })
  }
  return shares
}

const settings: Readonly<Record<string, NativeSampling>> = {
  'temperature 0.5': { temperature: 0.5 },
  'temperature 0.7': { temperature: 0.7 },
  'temperature 1': { temperature: 1 },
  'temperature 1.5': { temperature: 1.5 },
  'top-k': { temperature: 1, topK: 12 },
  'top-p': { temperature: 0.8, topP: 0.9 },
  'min-p': { temperature: 1.2, minP: 0.02 },
  typical: { temperature: 1, topK: 200, typicalP: 0.8 },
  XTC: { temperature: 1, minP: 0.01, xtcProbability: 0.5, xtcThreshold: 0.05 },
  'the usual chain': { temperature: 0.8, topK: 40, topP: 0.95, minP: 0.05 },
}

describe('what is chosen, over 10,000 places', () => {
  it.each(Object.keys(settings))('is distributed as the chain says: %s', (name) => {
    const sampling = { ...settings[name], seedLow: 11 }
    for (const [seed, peaks] of [
      [1, 30],
      [2, 3],
    ] as const) {
      const row = randomRow(model.vocabularySize, seed, peaks)
      expect(surprise(counted(row, sampling), expectedShares(row, sampling))).toBeLessThan(mostSurprise)
    }
  })

  it.each([
    ['another temperature', { temperature: 1 }, { temperature: 0.85 }],
    ['no top-k', { temperature: 1, topK: 12 }, { temperature: 1 }],
    ['XTC at every place', { ...settings['XTC'] }, { ...settings['XTC'], xtcProbability: 1 }],
  ])('is seen to be otherwise with %s', (_, expected, offender) => {
    const row = randomRow(model.vocabularySize, 1, 30)
    expect(surprise(counted(row, offender), expectedShares(row, expected))).toBeGreaterThan(mostSurprise)
  })

  it('is another text with another seed, and the same with the same', () => {
    const row = randomRow(model.vocabularySize, 1, 30)
    const texts = [4, 4, 5].map((seedLow) => {
      const sampler = model.createSampler({ temperature: 1, seedLow })
      return Array.from({ length: 50 }, (_, position) => sampler.choose(row, position).token)
    })
    expect(texts[0]).toEqual(texts[1])
    expect(texts[0]).not.toEqual(texts[2])
  })
})
