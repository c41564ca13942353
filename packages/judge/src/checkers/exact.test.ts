import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { finalText, partOf, unfenced } from './answer-part.js'
import { checkExact } from './exact.js'
import { checkRegex } from './regex.js'

describe('checkExact', () => {
  it('takes one of the values, and nothing else', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (one, other) => {
        expect(checkExact({ kind: 'exact', values: [one, 'x'] }, `\n ${one} `).passed).toBe(true)
        const same = one.normalize('NFC').trim() === other.normalize('NFC').trim()
        expect(checkExact({ kind: 'exact', values: [one] }, other).passed).toBe(same)
      }),
    )
  })

  it.each([
    [{ ignoreCase: true }, 'PARIS', true],
    [{}, 'PARIS', false],
    [{ ignorePunctuation: true }, '**Paris**.', true],
    [{ ignoreSpace: true, values: ['New  York'] }, 'New\nYork', true],
    [{ part: 'lastLine' as const }, 'It is\nParis', true],
    [{ part: { after: 'Answer:' } }, 'Answer: Rome. No, Answer: Paris', true],
    [{ part: { after: 'Answer:' } }, 'Paris', false],
    [{ part: 'boxed' as const }, 'so \\boxed{Rome} or \\boxed{Paris}', true],
  ])('with %j takes %j: %s', (options, text, passed) => {
    expect(checkExact({ kind: 'exact', values: ['Paris'], ...options }, text).passed).toBe(passed)
  })
})

describe('checkRegex', () => {
  it('tells what is missing and what should not be there', () => {
    const checker = { kind: 'regex', all: ['^a', 'b$'], none: ['c'] } as const
    expect(checkRegex(checker, 'ab')).toMatchObject({ passed: true, passedRate: 1 })
    expect(checkRegex(checker, 'acb')).toMatchObject({ passed: false, reason: 'a match of /c/' })
    expect(checkRegex(checker, 'xc').passedRate).toBe(0)
  })

  it('ends a pattern that backtracks for ever', () => {
    expect(() => checkRegex({ kind: 'regex', all: ['^(a+)+$'] }, `${'a'.repeat(60)}b`)).toThrow('more than 2000 ms')
  })
})

describe('parts of an answer', () => {
  it.each([
    ['<think>It is Rome.</think>Paris', 'Paris'],
    ['It is Rome.</think>\n\nParis', 'Paris'],
    ['<think>It is Paris', ''],
    ['<think>a</think>Par<think>b</think>is', 'Paris'],
    ['Paris', 'Paris'],
  ])('of %j the final text is %j', (text, final) => {
    expect(finalText(text)).toBe(final)
  })

  it.each([
    ['boxed', '\\boxed{\\frac{1}{2}} ', '\\frac{1}{2}'],
    ['boxed', '\\boxed{1', undefined],
    ['fenced', '```js\na\n```\n```\nb\n', 'b'],
    ['fenced', 'b', undefined],
    ['lastLine', 'a\n\nb\n\n', 'b'],
  ] as const)('%s of %j is %j', (part, text, expected) => {
    expect(partOf(text, part)).toBe(expected)
  })

  it('takes off the fence around everything only', () => {
    expect(unfenced('```json\n{}\n```')).toBe('{}')
    expect(unfenced('a ```{}```')).toBe('a ```{}```')
  })
})
