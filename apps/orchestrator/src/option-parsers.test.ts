import { describe, expect, test } from 'vitest'
import { appendOverride, appendText, integerParser } from './option-parsers.js'

describe('integers', () => {
  const parse = integerParser('--k', 1, 64)
  test.each(['1', '12', '64'])('%s is taken', (text) => expect(parse(text)).toBe(Number(text)))
  test.each(['', '0', '65', '-1', '1.5', '1e1', 'ten', ' 5'])('"%s" is refused with the range', (text) => {
    expect(() => parse(text)).toThrow(`--k must be an integer from 1 to 64, got "${text}"`)
  })
})

describe('metadata overrides', () => {
  test('values are read as numbers, booleans or texts, and collected by name space', () => {
    const texts = [
      'qwen3moe.expert_used_count=3',
      'tokenizer.ggml.add_bos_token=false',
      'general.name=a=b',
      'general.tag=',
    ]
    expect(texts.reduce((earlier, text) => appendOverride(text, earlier), {})).toEqual({
      qwen3moe: { expert_used_count: 3 },
      tokenizer: { 'ggml.add_bos_token': false },
      general: { name: 'a=b', tag: '' },
    })
  })
  test.each(['', 'qwen3moe', 'expert_used_count=3', '.key=1', 'space.=1'])(
    '"%s" is refused with an example',
    (text) => {
      expect(() => appendOverride(text)).toThrow('--override must look like qwen3moe.expert_used_count=3')
    },
  )
})

test('repeated texts are collected; an empty stop text is refused', () => {
  expect(appendText('b', appendText('a'))).toEqual(['a', 'b'])
  expect(() => appendText('')).toThrow('--stop needs a text')
})
