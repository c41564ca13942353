import type { Sampling } from '@foretoken/contract'
import { expect, test } from 'vitest'
import { samplingFields } from './sampling-fields.js'
import type { ServerDialect } from './server-dialect.js'

const fields = (sampling: Sampling, dialect: ServerDialect): object =>
  samplingFields(sampling, { model: 'm', dialect, contextTokens: 512 })

test.each<[ServerDialect, object]>([
  ['compatible', { temperature: 0, top_p: 1 }],
  ['openai', { temperature: 0, top_p: 1 }],
  ['vllm', { temperature: 0, top_p: 1, top_k: -1, min_p: 0, repetition_penalty: 1 }],
  [
    'llama.cpp',
    {
      temperature: 0,
      top_p: 1,
      top_k: 0,
      min_p: 0,
      typical_p: 1,
      top_n_sigma: -1,
      xtc_probability: 0,
      xtc_threshold: 0.1,
      repeat_last_n: 64,
      repeat_penalty: 1,
      frequency_penalty: 0,
      presence_penalty: 0,
      dry_multiplier: 0,
      logit_bias: [],
    },
  ],
])('what has a default is said to %s, whose own is another', (dialect, expected) => {
  expect(fields({}, dialect)).toEqual(expected)
})

test('llama.cpp takes the whole chain', () => {
  const sampling: Sampling = {
    ...{ temperature: 0.7, seed: 9, topK: 40, topP: 0.9, minP: 0.1, typicalP: 0.8, topNSigma: 2 },
    xtc: { probability: 0.5, threshold: 0.2 },
    penalties: { lastTokens: 32, repeat: 1.2, frequency: 0.3, presence: 0.4 },
    dry: { multiplier: 0.8, breakers: ['\n'] },
    logitBias: [
      { token: 1, bias: 2 },
      { token: 3, bias: Number.NEGATIVE_INFINITY },
    ],
  }
  expect(fields(sampling, 'llama.cpp')).toEqual({
    ...{ temperature: 0.7, seed: 9, top_k: 40, top_p: 0.9, min_p: 0.1, typical_p: 0.8, top_n_sigma: 2 },
    ...{ xtc_probability: 0.5, xtc_threshold: 0.2, repeat_last_n: 32, repeat_penalty: 1.2 },
    ...{ frequency_penalty: 0.3, presence_penalty: 0.4, dry_multiplier: 0.8, dry_base: 1.75, dry_allowed_length: 2 },
    // The whole text, which is never longer than the context.
    ...{ dry_penalty_last_n: 512, dry_sequence_breakers: ['\n'] },
    logit_bias: [
      [1, 2],
      [3, false],
    ],
  })
})

test('a seed of llama.cpp has 32 bits and is never the one that means any', () => {
  const seedOf = (seed: number): unknown => (fields({ seed }, 'llama.cpp') as { seed: unknown }).seed
  expect([0, 7, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1].map(seedOf)).toEqual([0, 7, 0, 1, (2 ** 53 - 1) % (2 ** 32 - 1)])
})

test('others take what OpenAI has names for', () => {
  const sampling: Sampling = {
    ...{ temperature: 1, topP: 0.5, seed: 3, penalties: { frequency: 0.5, presence: -0.5 } },
    logitBias: [{ token: 1, bias: Number.NEGATIVE_INFINITY }],
  }
  const expected = { temperature: 1, top_p: 0.5, seed: 3, frequency_penalty: 0.5, presence_penalty: -0.5 }
  expect(fields(sampling, 'compatible')).toEqual({ ...expected, logit_bias: { 1: -100 } })
  expect(fields({ topK: 5, minP: 0.1, penalties: { repeat: 1.1 } }, 'vllm')).toMatchObject({
    top_k: 5,
    min_p: 0.1,
    repetition_penalty: 1.1,
  })
})

test.each<[string, Sampling, ServerDialect]>([
  ['top_k', { topK: 5 }, 'compatible'],
  ['min_p', { minP: 0.1 }, 'openai'],
  ['repeat_penalty', { penalties: { repeat: 1.1 } }, 'compatible'],
  ['typical_p', { typicalP: 0.9 }, 'vllm'],
  ['top_n_sigma', { topNSigma: 1 }, 'vllm'],
  ['xtc', { xtc: { probability: 0.5, threshold: 0.1 } }, 'vllm'],
  ['dry', { dry: { multiplier: 1 } }, 'compatible'],
])('%s is refused where there is no field for it', (what, sampling, dialect) => {
  expect(() => fields(sampling, dialect)).toThrow(`takes no ${what}; leave it out`)
})
