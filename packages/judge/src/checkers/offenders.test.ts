import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Answer } from '../answer.js'
import type { Checker } from '../checker.js'
import type { RunSandboxed } from '../sandbox-port.js'
import { check } from './check.js'
import { isEcho, isEmpty } from './degenerate.js'
import { scoreOf } from './score.js'

/** An answer of which is known whether the checker must take it. */
interface Case {
  readonly checker: Checker
  readonly answer: Answer
  readonly right: boolean
}

/** A law of one kind of checker, and a checker that is wrong in a way that the law must find. */
interface Law {
  readonly cases: fc.Arbitrary<Case>
  readonly offender: (checker: never, text: string) => boolean
}

type CheckerOf<Kind extends Checker['kind']> = Extract<Checker, { kind: Kind }>

function law<Kind extends Checker['kind']>(
  cases: fc.Arbitrary<{ readonly checker: CheckerOf<Kind>; readonly text: string; readonly right: boolean }>,
  offender: (checker: CheckerOf<Kind>, text: string) => boolean,
): Law {
  return { cases: cases.map(({ checker, text, right }) => ({ checker, answer: { text }, right })), offender }
}

const word = fc.stringMatching(/^[a-z]{3,8}$/)
const words = fc.uniqueArray(word, { minLength: 2, maxLength: 6 })
const number = fc.integer({ min: -999, max: 999 })

/** Passes what holds one of the right values anywhere. */
const exact = law(
  fc.tuple(words, fc.nat(2)).map(([[one = '', other = ''], way]) => ({
    checker: { kind: 'exact' as const, values: [one] },
    text: [` ${one}\n`, `${one} ${other}`, other][way] ?? '',
    right: way === 0,
  })),
  ({ values }, text) => values.some((value) => text.includes(value)),
)

/** Passes what matches some pattern, and forgets what must not be there. */
const regex = law(
  fc.tuple(words, fc.boolean(), fc.boolean()).map(([[first = '', second = '', ...rest], whole, bad]) => ({
    checker: { kind: 'regex' as const, all: [`\\b${first}\\b`, `\\b${second}\\b`], none: ['!$'] },
    text: `${[...rest, second, ...(whole ? [first] : [])].join(' ')}${bad ? '!' : ''}`,
    right: whole && !bad,
  })),
  ({ all = [] }, text) => all.some((pattern) => new RegExp(pattern, 'u').test(text)),
)

/** Reads the first number. */
const numeric = law(
  fc.tuple(number, number, fc.boolean()).map(([value, other, last]) => ({
    checker: { kind: 'numeric' as const, value },
    text: last ? `Not ${other} but ${value}.` : `Not ${value} but ${other}.`,
    right: last || value === other,
  })),
  ({ value }, text) => Number(/-?\d+/.exec(text)?.[0]) === value,
)

/** Passes all that is JSON. */
const jsonSchema = law(
  fc.tuple(words, number, fc.constantFrom('whole', 'short', 'text', 'more')).map(([keys, value, way]) => {
    const entries = keys.map((key): [string, unknown] => [key, value])
    const [[first = ''] = [], ...rest] = entries
    const written = { whole: entries, short: rest, text: [...rest, [first, 'x']], more: [...entries, ['other key', 1]] }
    return {
      checker: {
        kind: 'jsonSchema' as const,
        schema: {
          type: 'object',
          required: keys,
          properties: Object.fromEntries(keys.map((key) => [key, { type: 'integer' }])),
          additionalProperties: false,
        },
      },
      text: JSON.stringify(Object.fromEntries(written[way] as [string, unknown][])),
      right: way === 'whole',
    }
  }),
  (_, text) => typeof JSON.parse(text) === 'object',
)

/** Passes every call of the right function. */
const toolCalls = law(
  fc.tuple(words, number, fc.constantFrom('right', 'turned', 'other', 'missing')).map(([names, value, way]) => {
    const [name = '', ...parameters] = names
    const given = parameters.map((parameter, index) => `${parameter}=${value + index}`)
    const text = {
      right: given,
      turned: [...given].reverse(),
      other: given.map((each, index) => (index === 0 ? `${parameters[0]}=${value - 1}` : each)),
      missing: given.slice(1),
    }[way]
    return {
      checker: {
        kind: 'toolCalls' as const,
        tools: [
          {
            name,
            description: '',
            parameters: {
              type: 'dict',
              properties: Object.fromEntries(parameters.map((parameter) => [parameter, { type: 'integer' }])),
              required: parameters,
            },
          },
        ],
        calls: [{ [name]: Object.fromEntries(parameters.map((parameter, index) => [parameter, [value + index]])) }],
      },
      text: `${name}(${text.join(', ')})`,
      right: way === 'right' || way === 'turned',
    }
  }),
  ({ calls }, text) => text.startsWith(`${Object.keys(calls[0] ?? {})[0]}(`),
)

/** Counts the pieces between spaces. */
const ifeval = law(
  fc
    .tuple(fc.array(word, { minLength: 1, maxLength: 20 }), fc.constantFrom(' ', '\n', '  ', ', '), fc.nat(1))
    .map(([all, between, more]) => ({
      checker: {
        kind: 'ifeval' as const,
        instructions: [
          {
            id: 'length_constraints:number_words',
            arguments: { num_words: all.length + more, relation: 'at least' },
          },
        ],
      },
      text: all.join(between),
      right: more === 0,
    })),
  ({ instructions }, text) => text.split(' ').length >= Number(instructions[0]?.arguments['num_words']),
)

/** A sandbox that knows one program: a function that returns a number. */
const sandbox: RunSandboxed = async ({ code, tests }) => {
  const bodies = [...code.matchAll(/^def f\(\):\n {4}return (-?\d+)$/gm)]
  const passed = code.startsWith('import math\n') && bodies.length === 1 && bodies[0]?.[1] === tests
  return { outcome: passed ? 'passed' : 'tests-failed', message: '', output: '', milliseconds: 1 }
}

/** Puts all that was said behind the prelude. */
const code = law(
  fc.tuple(number, fc.nat(1), fc.nat(3)).map(([value, more, way]) => {
    const other = value + more
    const whole = `def f():\n    return ${other}`
    const ways = [
      whole,
      `    return ${other}`,
      `\`\`\`python\n${whole}\n\`\`\``,
      `So:\n\`\`\`\n    return ${other}\n\`\`\`\nDone.`,
    ]
    const prelude = 'import math\n\ndef f():\n'
    return {
      checker: { kind: 'code' as const, language: 'python' as const, prelude, tests: String(value) },
      text: ways[way] ?? '',
      right: more === 0,
    }
  }),
  ({ prelude = '', tests }, text) => {
    const bodies = [...`${prelude}${text}`.matchAll(/^def f\(\):\n {4}return (-?\d+)$/gm)]
    return bodies.length === 1 && bodies[0]?.[1] === tests
  },
)

/** Is content with one of several. */
const all = law(
  words
    .map((parts) => parts)
    .chain((parts) =>
      fc.subarray(parts).map((said) => ({
        checker: {
          kind: 'all' as const,
          checkers: parts.map((part) => ({ kind: 'regex' as const, all: [`\\b${part}\\b`] })),
        },
        text: `It is ${said.join(' ')}.`,
        right: said.length === parts.length,
      })),
    ),
  ({ checkers }, text) =>
    checkers.some((each) => each.kind === 'regex' && each.all?.every((part) => new RegExp(part).test(text))),
)

const laws: Readonly<Record<Checker['kind'], Law>> = { exact, regex, numeric, jsonSchema, toolCalls, ifeval, code, all }

describe.each(Object.entries(laws))('the law of %s', (_, { cases, offender }) => {
  it('is kept', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async ({ checker, answer, right }) => {
        return (await check(checker, answer, { sandbox })).passed === right
      }),
      { numRuns: 25 },
    )
  })

  it('finds an offender', () => {
    const kept = fc.property(cases, ({ checker, answer, right }) => offender(checker as never, answer.text) === right)
    expect(fc.check(kept).failed).toBe(true)
  })
})

describe('what is wrong with an answer as a text', () => {
  const blank = fc
    .array(fc.constantFrom(' ', '\n', '\u200b', '.', '…', '-', '<|im_end|>', '</s>', '<think>no</think>'), {
      maxLength: 20,
    })
    .map((parts) => parts.join(''))

  it('is empty where nothing is said; an offender that measures the length misses it', () => {
    const empty = (detect: typeof isEmpty) => fc.property(blank, (text) => detect({ text }))
    fc.assert(empty(isEmpty))
    expect(fc.check(empty(({ text }) => text.trim() === '')).failed).toBe(true)
  })

  it('is an echo however it is set; an offender that compares texts misses it', () => {
    const prompt = fc.array(word, { minLength: 20, maxLength: 60 }).map((parts) => parts.join(' '))
    const echo = (detect: typeof isEcho) =>
      fc.property(prompt, (text) => detect(text.toUpperCase().replaceAll(' ', ',\n'), text))
    fc.assert(echo(isEcho))
    expect(fc.check(echo((answer, text) => answer === text)).failed).toBe(true)
  })
})

describe('the score', () => {
  it('is never higher for a cut answer, and 3 for no other than what passes; an offender forgets the cut', () => {
    const result = fc
      .record({ passed: fc.boolean(), share: fc.double({ min: 0, max: 0.99, noNaN: true }) })
      .map(({ passed, share }) => ({ passed, passedRate: passed ? 1 : share, reason: '', details: {} }))
    const degeneration = fc.constantFrom(undefined, 'empty' as const, 'loop' as const, 'echo' as const)
    const kept = (score: typeof scoreOf) =>
      fc.property(result, degeneration, (checked, wrong) => {
        const [whole, cut] = [
          score(checked, { text: 'a' }, wrong),
          score(checked, { text: 'a', finish: 'length' }, wrong),
        ]
        return cut <= whole && cut < 3 && (whole === 3) === checked.passed
      })
    fc.assert(kept(scoreOf))
    expect(fc.check(kept((checked, { text }, wrong) => scoreOf(checked, { text }, wrong))).failed).toBe(true)
  })
})
