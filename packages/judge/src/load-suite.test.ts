import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { SpeculationError } from '@foretoken/contract'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { parseSuite, suiteJsonSchema } from './load-suite.js'
import { packagedSuiteFolder, packagedSuiteNames } from './suites/packaged-suite.js'

const lines = [
  'suite: sums',
  'version: 1',
  'description: Sums',
  'prompts:',
  '  - id: two-and-two',
  '    tier: T1',
  '    messages:',
  '      - { role: user, content: What is 2 + 2? }',
  '    reference: "4"',
  '    checker:',
  '      kind: numeric',
  '      value: 4',
  '    answers:',
  '      right: It is 4.',
  '      wrong: { text: It is 5., finish: length }',
]

function faultOf(text: string): string {
  try {
    parseSuite(text, 'sums.yaml')
  } catch (error) {
    if (SpeculationError.is(error, 'ERR_OPTION_INVALID')) return error.message
    throw error
  }
  throw new Error('the suite is taken')
}

function replaced(line: number, text: string): string {
  return faultOf(lines.with(line - 1, text).join('\n'))
}

describe('parseSuite', () => {
  it('reads a suite', () => {
    const { prompts } = parseSuite(lines.join('\n'))
    expect(prompts[0]?.checker).toEqual({ kind: 'numeric', value: 4 })
    expect(prompts[0]?.answers.wrong).toEqual({ text: 'It is 5.', finish: 'length' })
  })

  it.each([
    [6, '    tier: T4', 'sums.yaml:6: prompts.0.tier: '],
    [6, '    tier: T3', 'sums.yaml:5: prompts.0: a T3 names three steps'],
    [11, '      kind: guess', 'sums.yaml:11: prompts.0.checker.kind: '],
    [12, '      value: "4"', 'sums.yaml:12: prompts.0.checker.value: '],
    [12, '      value: 4\n      valve: 5', 'sums.yaml:13: prompts.0.checker.valve: '],
    [9, '    tier: T1', 'sums.yaml:9: "tier" stands twice'],
    [9, '    reference: [', 'sums.yaml:'],
    [9, '', 'sums.yaml:5: prompts.0.reference: '],
  ])('tells line %i, when it is %j', (line, text, message) => {
    expect(replaced(line, text)).toContain(message)
  })

  it('tells every fault at once', () => {
    expect(faultOf(lines.with(1, 'version: 0').with(5, '    tier: T4').join('\n')).split('\n')).toHaveLength(2)
  })

  it('refuses an id that is there twice, at the second', () => {
    expect(faultOf([...lines, ...lines.slice(4)].join('\n'))).toBe('sums.yaml:16: prompts.1.id: is there twice')
  })

  it('refuses a bomb of aliases and a text without end', () => {
    const bomb = Array.from({ length: 9 }, (_, n) => `k${n}: &k${n} [${n === 0 ? 'a' : `*k${n - 1},`.repeat(9)}]`)
    expect(faultOf(bomb.join('\n'))).toContain('alias')
    expect(faultOf('a'.repeat(8 * 2 ** 20 + 1))).toContain('at most 8388608')
  })
})

describe('suiteJsonSchema', () => {
  it('is published as schemas/suite.schema.json; vitest -u writes it', async () => {
    const text = `${JSON.stringify(suiteJsonSchema(), undefined, 2)}\n`
    await expect(text).toMatchFileSnapshot('../schemas/suite.schema.json')
  })

  it('takes every packaged suite that is written out, and refuses what parseSuite refuses', async () => {
    const fits = new Ajv2020({ strict: false }).compile(suiteJsonSchema())
    for (const name of packagedSuiteNames.filter((each) => each !== 'long_context')) {
      const path = join(packagedSuiteFolder(), `${name}.yaml`)
      expect({ name, fits: fits(parse(await readFile(path, 'utf8'))) }).toEqual({ name, fits: true })
    }
    for (const [line, text] of [
      [1, 'version: 0'],
      [5, '    tier: T4'],
      [10, '      kind: guess'],
    ] as const)
      expect(fits(parse(lines.with(line, text).join('\n')))).toBe(false)
  })
})
