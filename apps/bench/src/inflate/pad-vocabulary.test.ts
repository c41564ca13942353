import { GGUFValueType } from '@huggingface/gguf'
import { expect, test } from 'vitest'
import type { GgufMetadata } from '../gguf/gguf-types.js'
import { padVocabulary } from './pad-vocabulary.js'

const { ARRAY, STRING, INT32, FLOAT32 } = GGUFValueType
const metadata: GgufMetadata = new Map([
  ['tokenizer.ggml.tokens', { type: ARRAY, subType: STRING, value: ['a', 'b'] }],
  ['tokenizer.ggml.token_type', { type: ARRAY, subType: INT32, value: [1, 3] }],
  ['tokenizer.ggml.scores', { type: ARRAY, subType: FLOAT32, value: [0.5, 0.25] }],
])

test('adds tokens that are unused, each with a text of its own', () => {
  const padded = padVocabulary(metadata, 4)

  expect(padded.get('tokenizer.ggml.tokens')).toMatchObject({
    subType: STRING,
    value: ['a', 'b', '[unused 2]', '[unused 3]'],
  })
  expect(padded.get('tokenizer.ggml.token_type')).toMatchObject({ subType: INT32, value: [1, 3, 5, 5] })
  expect(padded.get('tokenizer.ggml.scores')).toMatchObject({ subType: FLOAT32, value: [0.5, 0.25, 0, 0] })
  expect(metadata.get('tokenizer.ggml.tokens')?.value).toEqual(['a', 'b'])
})

test('a vocabulary does not shrink', () => {
  expect(() => padVocabulary(metadata, 1)).toThrow('vocabulary must be at least 2, got 1')
  expect(() => padVocabulary(new Map(), 4)).toThrow('the model has no tokenizer.ggml.tokens')
})
