import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pythonCalls, pythonLiteral } from './python-calls.js'
import { PythonTuple, type PythonValue, pythonEquals } from './python-value.js'
import { checkToolCalls } from './tool-calls.js'

const tool = {
  name: 'math.area',
  description: 'Area of a triangle',
  parameters: {
    type: 'dict',
    properties: {
      base: { type: 'integer' },
      height: { type: 'float' },
      unit: { type: 'string' },
      sides: { type: 'array', items: { type: 'integer' } },
      pair: { type: 'tuple', items: { type: 'float' } },
      options: { type: 'dict' },
      rows: { type: 'array', items: { type: 'dict' } },
      exact: { type: 'boolean' },
    },
    required: ['base', 'height'],
  },
}
const base = { base: [10], height: [5, 5.5], unit: ['cm', 'in cm', ''] }

function passes(text: string, possible: Record<string, unknown[]> = base): boolean {
  return checkToolCalls({ kind: 'toolCalls', tools: [tool], calls: [{ 'math.area': possible }] }, { text }).passed
}

describe('checkToolCalls', () => {
  it.each([
    ['[math.area(base=10, height=5)]', true],
    ['math.area(base=10, height=5.5, unit="CM")', true],
    ['```python\n[math.area(base=10, height=5, unit="in-cm")]\n```', true],
    ['[math.area(base=10.0, height=5)]', false],
    ['[math.area(base="10", height=5)]', false],
    ['[math.area(base=True, height=5)]', false],
    ['[math.area(base=11, height=5)]', false],
    ['[math.area(base=10)]', false],
    ['[math.area(base=10, height=5, colour="red")]', false],
    ['[math.area(base=10, height=5, unit="m")]', false],
    ['[area(base=10, height=5)]', false],
    ['[math.area(base=10, height=5), math.area(base=10, height=5)]', false],
    ['[math.area(base=2*5, height=10/2)]', true],
    ['I would call math.area(base=10, height=5).', false],
    ['', false],
  ])('%j: %s', (text, passed) => {
    expect(passes(text)).toBe(passed)
  })

  it.each([
    ['sides=[3, 4, 5]', { sides: [[3, 4, 5]] }, true],
    ['sides=[5, 4, 3]', { sides: [[3, 4, 5]] }, false],
    ['sides=[3, 4, "5"]', { sides: [[3, 4, 5]] }, false],
    ['sides=(3, 4, 5)', { sides: [[3, 4, 5]] }, false],
    ['pair=(1.5, 2.5)', { pair: [[1.5, 2.5]] }, true],
    ['sides=numbers', { sides: ['numbers'] }, true],
    ['options={"a": "X Y", "b": 1}', { options: [{ a: ['x-y'], b: [1, 2] }] }, true],
    ['options={"a": "z"}', { options: [{ a: ['x'] }] }, false],
    ['options={"a": "x"}', { options: [{ a: ['x'], b: ['', 1] }] }, true],
    ['options={"a": "x"}', { options: [{ a: ['x'], b: [1] }] }, false],
    ['options={"c": 1}', { options: [{ a: ['x', ''] }] }, false],
    ['rows=[{"a": 1}, {"a": 2}]', { rows: [[{ a: [1] }, { a: [2] }]] }, true],
    ['rows=[{"a": 2}, {"a": 1}]', { rows: [[{ a: [1] }, { a: [2] }]] }, false],
    ['exact=True', { exact: [true] }, true],
    ['exact=1', { exact: [true] }, false],
    ['unit=None', { unit: ['cm'] }, false],
  ])('%s against %j: %s', (argument, possible, passed) => {
    expect(passes(`[math.area(base=10, height=5, ${argument})]`, { ...base, ...possible })).toBe(passed)
  })

  it('takes calls in any order, each once', () => {
    const call = (value: number) => ({ 'math.area': { base: [value], height: [1] } })
    const checker = { kind: 'toolCalls', tools: [tool], calls: [call(1), call(2), call(1)] } as const
    const text = (values: number[]) => values.map((value) => `math.area(base=${value}, height=1)`).join(', ')
    expect(checkToolCalls(checker, { text: text([2, 1, 1]) }).passed).toBe(true)
    expect(checkToolCalls(checker, { text: text([2, 2, 1]) })).toMatchObject({ passed: false, passedRate: 2 / 3 })
  })

  it('takes calls of an engine, whose names may have no dots', () => {
    const checker = { kind: 'toolCalls', tools: [tool], calls: [{ 'math.area': base }] } as const
    const answer = (name: string, json: string) => ({ text: '', toolCalls: [{ name, arguments: json }] })
    expect(checkToolCalls(checker, answer('math_area', '{"base": 10, "height": 5.0}')).passed).toBe(true)
    expect(checkToolCalls(checker, answer('math.area', '{"base": 10.0, "height": 5}')).passed).toBe(false)
    expect(checkToolCalls(checker, answer('math.area', '[10, 5]')).passed).toBe(false)
    expect(checkToolCalls(checker, answer('math.area', '')).reason).toContain('lacks the required base')
  })

  it('wants no call where none is expected', () => {
    const none = { kind: 'toolCalls', tools: [tool], calls: [] } as const
    expect(checkToolCalls(none, { text: 'I cannot do that.' }).passed).toBe(true)
    expect(checkToolCalls(none, { text: '[math.area(base=1, height=2)]' }).passed).toBe(false)
  })
})

/** A call of `math.area` with its arguments in some order and its strings in some case, and whether it is right. */
const callTexts = fc
  .record({
    base: fc.integer({ min: 0, max: 99 }),
    height: fc.integer({ min: 0, max: 99 }).map((value) => value + 0.5),
    unit: fc.constantFrom('cm', 'square cm', 'm'),
    sides: fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 4 }),
  })
  .chain((wanted) =>
    fc.record({
      wanted: fc.constant(wanted),
      order: fc.shuffledSubarray(Object.keys(wanted), { minLength: 4, maxLength: 4 }),
      loud: fc.boolean(),
      wrong: fc.constantFrom(undefined, 'base', 'sides'),
    }),
  )
  .map(({ wanted, order, loud, wrong }) => {
    const given: Record<string, unknown> = { ...wanted, unit: loud ? wanted.unit.toUpperCase() : wanted.unit }
    if (wrong === 'base') given['base'] = wanted.base + 1
    if (wrong === 'sides') given['sides'] = [...wanted.sides, 1]
    const text = order.map((name) => `${name}=${JSON.stringify(given[name])}`).join(', ')
    const possible = Object.fromEntries(Object.entries(wanted).map(([name, value]) => [name, [value]]))
    return { text: `math.area(${text})`, possible, right: wrong === undefined }
  })

describe('verdicts on calls', () => {
  it('depend on values, not on order and case', () => {
    fc.assert(fc.property(callTexts, ({ text, possible, right }) => passes(text, possible) === right))
  })

  it('would find a checker that compares texts', () => {
    const textual = fc.property(callTexts, ({ text, possible, right }) => {
      const expected = Object.entries(possible).map(([name, [value]]) => `${name}=${JSON.stringify(value)}`)
      return (text === `math.area(${expected.join(', ')})`) === right
    })
    expect(fc.check(textual).failed).toBe(true)
  })
})

const scalar = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }),
  fc.double({ noNaN: true, noDefaultInfinity: true }).filter((value) => !Object.is(value, -0)),
  fc.boolean(),
  fc.constant(null),
)
const { value: values } = fc.letrec<{ value: PythonValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    scalar,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.array(tie('value'), { maxLength: 4 }).map((items) => new PythonTuple(items)),
    fc.array(fc.tuple(fc.string(), tie('value')), { maxLength: 4 }).map((entries) => new Map(entries)),
  ),
}))

/** How Python would write a value. */
function written(value: PythonValue): string {
  if (value === null) return 'None'
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'number') return /[.e]/.test(String(value)) ? String(value) : `${value}.0`
  if (typeof value === 'bigint') return String(value)
  if (value instanceof PythonTuple) return `(${value.items.map((item) => `${written(item)},`).join(' ')})`
  if (value instanceof Map)
    return `{${[...value].map(([key, own]) => `${JSON.stringify(key)}: ${written(own)}`).join(', ')}}`
  return `[${(value as readonly PythonValue[]).map(written).join(', ')}]`
}

describe('pythonLiteral', () => {
  it('reads what Python writes, types and all', () => {
    fc.assert(
      fc.property(values, (value) => {
        const read = pythonLiteral(written(value))
        expect(read !== undefined && written(read)).toBe(written(value))
        expect(read !== undefined && pythonEquals(read, value)).toBe(true)
      }),
    )
  })

  it('reads JSON', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => pythonLiteral(JSON.stringify(value)) !== undefined))
  })

  it.each(['[1, 2', 'a b', '1 +', '{1}', '"', '(', '['.repeat(10_000), '1/0', '9**9**9', 'lambda: 1'])(
    'refuses %j',
    (text) => {
      expect(pythonLiteral(text)).toBeUndefined()
    },
  )

  it.each([
    ["'it\\'s'", "it's"],
    ['r"\\d"', '\\d'],
    ["'''a\nb'''", 'a\nb'],
    ['"a" "b"', 'ab'],
    ['-2**2', -4n],
    ['7 // 2 + 7 % 4', 6n],
    ['1_000', 1000n],
    ['(1)', 1n],
    ['variable.name', 'variable.name'],
  ])('reads %s', (text, value) => {
    expect(pythonLiteral(text)).toEqual(value)
  })
})

describe('pythonCalls', () => {
  it('keeps a call among the arguments as its text, unless it has keywords', () => {
    expect(pythonCalls('f(a=g(1, 2), b=h(c=3))')).toEqual([
      {
        name: 'f',
        arguments: new Map<string, PythonValue>([
          ['a', 'g(1, 2)'],
          ['b', new Map([['h', new Map([['c', 3n]])]])],
        ]),
      },
    ])
  })
})
