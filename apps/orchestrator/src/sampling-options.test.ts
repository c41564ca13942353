import { expect, test } from 'vitest'
import { samplingOf } from './sampling-options.js'

test('nothing asked for is greedy decoding', () => {
  expect(samplingOf({})).toBeUndefined()
  expect(samplingOf({ temp: 0, seed: 7 })).toBeUndefined()
})

test('a seed that is not given is drawn anew each time', () => {
  expect(samplingOf({ temp: 0.7, seed: 0 })).toEqual({ temperature: 0.7, seed: 0 })
  const seeds = new Set(Array.from({ length: 20 }, () => samplingOf({ temp: 0.7 })?.seed))
  expect(seeds.size).toBeGreaterThan(10)
  for (const seed of seeds) expect(Number.isSafeInteger(seed)).toBe(true)
})

test('every option reaches its place, and only those that were given', () => {
  const chain = { topK: 40, topP: 0.9, minP: 0.05, typicalP: 0.8, topNSigma: 1 }
  expect(samplingOf({ temp: 1, seed: 3, ...chain, xtcProbability: 0.5 })).toEqual({
    temperature: 1,
    seed: 3,
    ...chain,
    xtc: { probability: 0.5, threshold: 0.1 },
  })
  expect(samplingOf({ repeatPenalty: 1.3, penaltyTokens: 32 })).toEqual({ penalties: { repeat: 1.3, lastTokens: 32 } })
  expect(samplingOf({ presencePenalty: 0.5, frequencyPenalty: 0.2 })).toEqual({
    penalties: { presence: 0.5, frequency: 0.2 },
  })
  expect(samplingOf({ dryMultiplier: 0.8, dryAllowedTokens: 3 })).toEqual({
    dry: { multiplier: 0.8, allowedTokens: 3 },
  })
})

test('what only shapes another option does nothing alone', () => {
  expect(samplingOf({ penaltyTokens: 32, dryBase: 2, dryAllowedTokens: 3, xtcThreshold: 0.2 })).toBeUndefined()
})
