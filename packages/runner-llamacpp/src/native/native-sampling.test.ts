import { SpeculationError, type TargetSessionOptions } from '@foretoken/contract'
import { describe, expect, it } from 'vitest'
import { nativeSampling } from './native-sampling.js'

const of = (options: unknown) => nativeSampling(options as TargetSessionOptions, 100)

describe('sampling for the addon', () => {
  it('says nothing of what was left out', () => {
    expect(of({})).toEqual({ seedLow: 0, seedHigh: 0 })
    expect(Object.values(of({ sampling: { topK: undefined, penalties: undefined } }))).not.toContain(undefined)
  })

  it('is flat', () => {
    const sampling = {
      ...{
        temperature: 0.7,
        seed: Number.MAX_SAFE_INTEGER,
        topK: 40,
        topP: 0.9,
        minP: 0.05,
        typicalP: 0.8,
        topNSigma: 2,
      },
      xtc: { probability: 0.5, threshold: 0.1 },
      penalties: { repeat: 1.3, frequency: 0.1, presence: -0.2 },
      dry: { multiplier: 0.8, base: 2, allowedTokens: 3, lastTokens: 50, breakers: ['\n'] },
      logitBias: [
        { token: 3, bias: Number.NEGATIVE_INFINITY },
        { token: 99, bias: 1.5 },
      ],
    }
    expect(of({ sampling, grammar: 'root ::= "a"', topLogProbabilities: 5 })).toEqual({
      ...{ temperature: 0.7, seedLow: 2 ** 32 - 1, seedHigh: 2 ** 21 - 1 },
      ...{ topK: 40, topP: 0.9, minP: 0.05, typicalP: 0.8, topNSigma: 2 },
      ...{ xtcProbability: 0.5, xtcThreshold: 0.1 },
      ...{ penaltyLastTokens: 64, penaltyRepeat: 1.3, penaltyFrequency: 0.1, penaltyPresence: -0.2 },
      ...{ dryMultiplier: 0.8, dryBase: 2, dryAllowedTokens: 3, dryLastTokens: 50, dryBreakers: ['\n'] },
      ...{ biasTokens: Int32Array.of(3, 99), biasValues: Float32Array.of(Number.NEGATIVE_INFINITY, 1.5) },
      ...{ grammar: 'root ::= "a"', topLogProbabilities: 5 },
    })
  })

  it.each([
    [{ sampling: { temperature: -0.1 } }, 'sampling.temperature must be a number from 0 to 100, got -0.1'],
    [{ sampling: { temperature: Number.NaN } }, 'sampling.temperature must be'],
    [{ sampling: { temperature: '1' } }, 'sampling.temperature must be'],
    [{ sampling: { seed: 0.5 } }, 'sampling.seed must be an integer from 0 to 9007199254740991, got 0.5'],
    [{ sampling: { seed: 2 ** 53 } }, 'sampling.seed'],
    [{ sampling: { topK: -1 } }, 'sampling.topK'],
    [{ sampling: { topP: 0 } }, 'sampling.topP must be a number above 0 to 1, got 0'],
    [{ sampling: { minP: 1.01 } }, 'sampling.minP'],
    [{ sampling: { typicalP: 0 } }, 'sampling.typicalP'],
    [{ sampling: { topNSigma: 0 } }, 'sampling.topNSigma'],
    [{ sampling: { xtc: { probability: 2, threshold: 0.1 } } }, 'sampling.xtc.probability'],
    [{ sampling: { xtc: { probability: 1, threshold: -1 } } }, 'sampling.xtc.threshold'],
    [{ sampling: { penalties: { repeat: 0 } } }, 'sampling.penalties.repeat'],
    [{ sampling: { penalties: { lastTokens: 1.5 } } }, 'sampling.penalties.lastTokens'],
    [{ sampling: { penalties: { frequency: Number.POSITIVE_INFINITY } } }, 'sampling.penalties.frequency'],
    [{ sampling: { dry: { multiplier: -1 } } }, 'sampling.dry.multiplier'],
    [{ sampling: { dry: { multiplier: 1, base: 0.9 } } }, 'sampling.dry.base'],
    [{ sampling: { dry: { multiplier: 1, breakers: [''] } } }, 'sampling.dry.breakers'],
    [{ sampling: { dry: { multiplier: 1, breakers: 'ab' } } }, 'sampling.dry.breakers'],
    [
      { sampling: { logitBias: [{ token: 100, bias: 1 }] } },
      'sampling.logitBias[0].token must be an integer from 0 to 99',
    ],
    [{ sampling: { logitBias: [{ token: 1, bias: Number.POSITIVE_INFINITY }] } }, 'sampling.logitBias[0].bias'],
    [{ sampling: { logitBias: [null] } }, 'sampling.logitBias[0].token'],
    [{ sampling: { heat: 1 } }, 'sampling.heat must be a number that sampling has, or left out, got 1'],
    [{ grammar: 1 }, 'grammar must be a text'],
    [{ grammar: 'a'.repeat(1_000_001) }, 'grammar must be a text of at most 1000000 characters, got 1000001'],
    [{ topLogProbabilities: 101 }, 'topLogProbabilities must be an integer from 0 to 100, got 101'],
  ])('refuses %j', (options, words) => {
    try {
      of(options)
    } catch (error) {
      expect(SpeculationError.is(error, 'ERR_OPTION_INVALID')).toBe(true)
      expect((error as Error).message).toContain(words)
      return
    }
    expect.fail('the options were taken')
  })
})
