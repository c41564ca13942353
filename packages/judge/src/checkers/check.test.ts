import { describe, expect, it } from 'vitest'
import type { Checker } from '../checker.js'
import type { SandboxProgram, SandboxReport } from '../sandbox-port.js'
import { check, scoredCheck } from './check.js'
import { codeOf } from './code.js'

const exact = { kind: 'exact', values: ['4'] } as const
const pattern = { kind: 'regex', all: ['^\\d+$'] } as const

describe('check', () => {
  it('does not look at what a model thought', async () => {
    expect((await check(exact, { text: '<think>5? No.</think>\n4' })).passed).toBe(true)
    expect((await check(exact, { text: '<think>4' })).passed).toBe(false)
  })

  it('takes the mean of several', async () => {
    const all: Checker = { kind: 'all', checkers: [exact, pattern] }
    expect(await check(all, { text: '4' })).toMatchObject({ passed: true, passedRate: 1 })
    expect(await check(all, { text: '5' })).toMatchObject({ passed: false, passedRate: 0.5 })
  })

  it('sees no merit in what a pattern forbids and is not there', async () => {
    const moon = { kind: 'regex', all: ['moon'], none: ['e', 'z'] } as const
    expect(await check(moon, { text: 'I do not know' })).toMatchObject({ passed: false, passedRate: 0 })
    expect(await check(moon, { text: 'the moon' })).toMatchObject({ passed: false, passedRate: 0.5 })
    expect(await check(moon, { text: 'a moon' })).toMatchObject({ passed: true, passedRate: 1 })
    const clean = { kind: 'regex', none: ['e', 'z'] } as const
    expect(await check(clean, { text: 'the' })).toMatchObject({ passed: false, passedRate: 0.5 })
    expect(await check(clean, { text: 'an' })).toMatchObject({ passed: true, passedRate: 1 })
  })

  it('hands code to the sandbox, and refuses it without one', async () => {
    const code = { kind: 'code', language: 'python', tests: 'assert f() == 1', prelude: 'def f():\n' } as const
    const programs: SandboxProgram[] = []
    const sandbox = async (program: SandboxProgram): Promise<SandboxReport> => {
      programs.push(program)
      return { outcome: 'tests-failed', message: 'AssertionError', output: '', milliseconds: 1 }
    }
    const result = await check(code, { text: '    return 2' }, { sandbox })
    expect(result).toMatchObject({ passed: false, reason: 'tests-failed: AssertionError' })
    expect(programs).toEqual([
      { language: 'python', code: 'def f():\n    return 2', tests: 'assert f() == 1', timeoutMs: 5_000 },
    ])
    await expect(check(code, { text: '' })).rejects.toThrow('needs a sandbox')
  })
})

describe('scoredCheck', () => {
  const both: Checker = { kind: 'all', checkers: [exact, pattern] }

  it.each([
    [3, exact, { text: '4' }],
    [2, exact, { text: '4', finish: 'length' }],
    [2, both, { text: '5' }],
    [1, both, { text: 'five, I think' }],
    [0, both, { text: '' }],
    [0, exact, { text: 'and so on '.repeat(50) }],
    [0, exact, { text: 'What is 2 + 2, please?' }],
  ] as const)('gives %i', async (score, checker, answer) => {
    expect((await scoredCheck(checker, answer, 'What is 2 + 2, please?')).score).toBe(score)
  })

  it('takes an answer that is right though it looks like a loop', async () => {
    const row = 'na '.repeat(100)
    const checker = { kind: 'exact', values: [row] } as const
    expect(await scoredCheck(checker, { text: row }, 'Say na a hundred times.')).toMatchObject({
      score: 3,
      degeneration: 'loop',
    })
  })
})

describe('codeOf', () => {
  const prelude = 'import math\n\ndef area(r):\n    """ Area. """\n'

  it.each([
    ['a body', '    return math.pi * r', `${prelude}    return math.pi * r`],
    [
      'a function in a fence',
      'Sure:\n```python\ndef area(r):\n    return 3\n```\nDone.',
      'import math\n\n\ndef area(r):\n    return 3',
    ],
    ['a fenced body', '```\n    return 3\n```', `${prelude}    return 3`],
    ['thoughts and a fence', '<think>```\nno\n```</think>```\n    return 3\n```', `${prelude}    return 3`],
  ])('puts %s behind the prelude', (_, text, code) => {
    expect(codeOf(text, prelude)).toBe(code)
  })

  it('joins fences and takes all where there is none', () => {
    expect(codeOf('```js\na\n```\nthen\n```js\nb\n```', '')).toBe('a\n\nb')
    expect(codeOf('  a', '')).toBe('  a')
  })
})
