import { describe, expect, test } from 'vitest'
import { appendOverride, appendText, integerParser, listParser, numberParser } from './option-parsers.js'

describe('integers', () => {
  const parse = integerParser('--k', 1, 64)
  test.each(['1', '12', '64'])('%s is taken', (text) => expect(parse(text)).toBe(Number(text)))
  test.each(['', '0', '65', '-1', '1.5', '1e1', 'ten', ' 5'])('"%s" is refused with the range', (text) => {
    expect(() => parse(text)).toThrow(`--k must be an integer from 1 to 64, got "${text}"`)
  })
})

describe('numbers', () => {
  const parse = numberParser('--temp', 0, 5)
  test.each(['0', '0.7', '.5', '5'])('%s is taken', (text) => expect(parse(text)).toBe(Number(text)))
  test.each(['', '-1', '5.1', '1e1', 'NaN', '0x1', '1.'])('"%s" is refused with the range', (text) => {
    expect(() => parse(text)).toThrow(`--temp must be a number from 0 to 5, got "${text}"`)
  })
})

test('lists may have spaces, and no holes', () => {
  expect(listParser('--lengths')('1, 2,3')).toEqual(['1', '2', '3'])
  expect(() => listParser('--lengths')('1,')).toThrow('--lengths must be a list as in 1,2,3')
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
