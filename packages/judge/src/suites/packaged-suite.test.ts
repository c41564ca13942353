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
const firstCoderPrompt = suites.get('coder')?.prompts[0]?.id
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
    const faults: string[] = []
    for (const { name, prompt } of all) {
      const { id, checker, answers } = prompt
      if (checker?.kind === 'code' && id !== firstCoderPrompt) continue
      if (checker === undefined) throw new Error(`${name} ${id} has no checker`)
      const right = await check(checker, answerOf(answers.right), { sandbox: sandbox.run })
      const wrong = await check(checker, answerOf(answers.wrong), { sandbox: sandbox.run })
      if (!right.passed || wrong.passed) faults.push(`${name} ${id}: ${right.reason} / ${wrong.reason}`)
    }
    expect(faults).toEqual([])
  }, 300_000)

  it('have tests in JavaScript that take the right answer and refuse the wrong one', async () => {
    await using sandbox = codeSandbox()
    const tests = `
      const passes = (code, tests) => {
        const run = new Function(code + '\\n;return () => {' + tests + '\\n}')()
        try { run() } catch { return false }
        return true
      }
      for (const { id, right, wrong, tests } of ${JSON.stringify(codeCases('javascript'))}) {
        assert(passes(right, tests), 'refused: ' + id)
        assert(!passes(wrong, tests), 'taken: ' + id)
      }`
    const report = await sandbox.run({ language: 'javascript', code: '', tests, timeoutMs: 60_000 })
    expect(report).toMatchObject({ outcome: 'passed', message: '' })
  }, 300_000)

  it('have tests in Python that take the right answer and refuse the wrong one', async () => {
    await using sandbox = codeSandbox()
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
      `for case in json.loads(${JSON.stringify(JSON.stringify(codeCases('python')))}):`,
      `    assert passes(case['right'], case['tests']), 'refused: ' + case['id']`,
      `    assert not passes(case['wrong'], case['tests']), 'taken: ' + case['id']`,
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

/** Answers and tests in a language: one interpreter runs them all, since its start is what takes time. */
function codeCases(language: string): { id: string; right: string; wrong: string; tests: string }[] {
  const cases = all.flatMap(({ prompt: { id, checker, answers } }) => {
    if (checker?.kind !== 'code' || checker.language !== language) return []
    const [right = '', wrong = ''] = [answers.right, answers.wrong].map((each) => codeOf(answerOf(each).text, ''))
    return [{ id, right, wrong, tests: checker.tests }]
  })
  expect(cases).toHaveLength(5)
  return cases
}
