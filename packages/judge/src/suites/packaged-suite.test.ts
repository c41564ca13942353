import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { inflateSync } from 'node:zlib'
import { SpeculationError } from '@foretoken/contract'
import { describe, expect, it } from 'vitest'
import { drawnImages, pngOf } from '../../test/draw-images.mjs'
import { answerOf } from '../answer.js'
import { check } from '../checkers/check.js'
import { codeOf } from '../checkers/code.js'
import { codeSandbox } from '../sandbox/code-sandbox.js'
import type { Suite, SuitePrompt } from '../suite.js'
import { loadPackagedSuite, type PackagedSuiteName, packagedSuiteFolder, packagedSuiteNames } from './packaged-suite.js'
import { loadSuiteImages } from './suite-images.js'

const suites = new Map<PackagedSuiteName, Suite>()
for (const name of packagedSuiteNames) suites.set(name, await loadPackagedSuite(name))
const all = [...suites].flatMap(([name, { prompts }]) => prompts.map((prompt) => ({ name, prompt })))
const isPython = ({ checker }: SuitePrompt) => checker?.kind === 'code' && checker.language === 'python'
const eight = packagedSuiteNames.filter((name) => name !== 'fixture')

describe('packaged suites', () => {
  it.each(eight)('%s has about ten prompts in three tiers', (name) => {
    const prompts = suites.get(name)?.prompts ?? []
    expect(prompts.length).toBeGreaterThanOrEqual(9)
    for (const tier of ['T1', 'T2', 'T3'])
      expect(prompts.filter((prompt) => prompt.tier === tier).length).toBeGreaterThan(1)
  })

  it('say their own name and one version', () => {
    for (const [name, { suite, version }] of suites) expect({ suite, version }).toEqual({ suite: name, version: 1 })
  })

  it('name the steps of all that takes more than one', () => {
    const least = { T1: 0, T2: 2, T3: 3 }
    const short = all.filter(
      ({ name, prompt }) => name !== 'fixture' && (prompt.steps ?? []).length < least[prompt.tier],
    )
    expect(short.map(({ prompt }) => prompt.id)).toEqual([])
  })

  it('have checkers that take the right answer and refuse the wrong one', async () => {
    await using sandbox = codeSandbox()
    const verdicts = async ({ checker, answers }: SuitePrompt) => {
      if (checker === undefined) return 'no checker'
      const run = { sandbox: sandbox.run }
      const right = await check(checker, answerOf(answers.right), run)
      const wrong = await check(checker, answerOf(answers.wrong), run)
      return right.passed && !wrong.passed ? '' : `${right.reason} / ${wrong.reason}`
    }
    const faults: string[] = []
    for (const { name, prompt } of all.filter(({ prompt }) => !isPython(prompt))) {
      const fault = await verdicts(prompt)
      if (fault !== '') faults.push(`${name} ${prompt.id}: ${fault}`)
    }
    expect(faults).toEqual([])
  }, 300_000)

  it('have Python tests that take the right answer and refuse the wrong one', async () => {
    await using sandbox = codeSandbox()
    // One interpreter for all of them, since its start is what takes time.
    const cases = all
      .filter(({ prompt }) => isPython(prompt))
      .map(({ prompt: { id, checker, answers } }) => {
        const { tests, prelude = '' } = checker as { tests: string; prelude?: string }
        const [right, wrong] = [answers.right, answers.wrong].map((each) => codeOf(answerOf(each).text, prelude))
        return { id, right, wrong, tests }
      })
    expect(cases.length).toBeGreaterThan(3)
    const tests = [
      `import json`,
      `def passes(code, tests):`,
      `    names = {'__name__': 'answer'}`,
      `    exec(code, names)`,
      `    try:`,
      `        exec(tests, names)`,
      `    except Exception:`,
      `        return False`,
      `    return True`,
      `faults = []`,
      `for case in json.loads(${JSON.stringify(JSON.stringify(cases))}):`,
      `    if not passes(case['right'], case['tests']): faults.append('refused: ' + case['id'])`,
      `    if passes(case['wrong'], case['tests']): faults.append('taken: ' + case['id'])`,
      `assert not faults, faults`,
    ].join('\n')
    const report = await sandbox.run({ language: 'python', code: '', tests, timeoutMs: 60_000 })
    expect(report).toMatchObject({ outcome: 'passed', message: '' })
  }, 300_000)

  it('refuse a name that is none', async () => {
    const failure: unknown = await loadPackagedSuite('../v1/math' as never).catch((error: unknown) => error)
    expect(SpeculationError.is(failure, 'ERR_OPTION_INVALID')).toBe(true)
  })
})

describe('images of vl', () => {
  const prompts = suites.get('vl')?.prompts ?? []
  const pathsOf = ({ images = [] }: SuitePrompt) => images.flatMap(({ file, wrong }) => [file, wrong])

  it('are those that are drawn, every one in use', async () => {
    expect(prompts.flatMap(pathsOf).sort()).toEqual(Object.keys(drawnImages).sort())
    for (const [path, image] of Object.entries(drawnImages)) {
      const stored = await readFile(join(packagedSuiteFolder(), path))
      // Versions of zlib compress differently, so what is inside is compared.
      expect(pixelData(stored).equals(pixelData(pngOf(image)))).toBe(true)
    }
  })

  it('lead to the right answer, and the wrong ones to another', async () => {
    for (const prompt of prompts) {
      const [right = '', wrong = ''] = pathsOf(prompt).map((path) => `Answer: ${drawnImages[path]?.answer}`)
      const { checker } = prompt
      if (checker === undefined) throw new Error(`${prompt.id} has no checker`)
      expect((await check(checker, { text: right })).passed).toBe(true)
      expect((await check(checker, { text: wrong })).passed).toBe(false)
    }
  })

  it('take little room and are read with their type', async () => {
    let bytes = 0
    for (const prompt of prompts) {
      const { right, wrong } = await loadSuiteImages(prompt, packagedSuiteFolder())
      for (const image of [...right, ...wrong]) {
        expect(image.mediaType).toBe('image/png')
        bytes += image.bytes.length
      }
    }
    expect(bytes).toBeLessThan(200_000)
  })

  it('say when they are missing or no image', async () => {
    const [prompt] = prompts
    if (!prompt) throw new Error('no prompt')
    const missing: unknown = await loadSuiteImages(prompt, '/nowhere').catch((error: unknown) => error)
    expect(SpeculationError.is(missing, 'ERR_FILE_NOT_FOUND')).toBe(true)
    const images = [{ file: 'vl.yaml', wrong: 'vl.yaml', alt: 'none' }]
    const text: unknown = await loadSuiteImages({ ...prompt, images }, packagedSuiteFolder()).catch(
      (error: unknown) => error,
    )
    expect(SpeculationError.is(text, 'ERR_OPTION_INVALID')).toBe(true)
  })
})

function pixelData(png: Buffer): Buffer {
  const at = png.indexOf('IDAT')
  return inflateSync(png.subarray(at + 4, at + 4 + png.readUInt32BE(at - 4)))
}
