import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { shippedRegistry } from '../shipped-files.js'
import { formatRegistry } from './format-registry.js'
import { checkRegistry, parseRegistry } from './parse-registry.js'
import { readRegistryText } from './read-registry.js'
import { MAX_YAML_BYTES } from './yaml-text.js'

const whole = readFileSync(shippedRegistry, 'utf8')
const shipped = parseRegistry(whole)
const few = shipped.measurements.filter(({ source }) => /^results-summary\.md:(17|58)\d$/.test(source))
const text = formatRegistry({ ...shipped, records: [], measurements: few })
const lines = text.split('\n')
const lineOf = (part: string) => lines.findIndex((line) => line.includes(part)) + 1

describe('a fault is told with its line', () => {
  test.each([
    ['a word for a number', 'tokensPerSecond: 174.6', 'tokensPerSecond: fast', 'tokensPerSecond'],
    ['a key that is not known', 'port: 8080', 'prot: 8080', '"prot" is not known here'],
    [
      'a model that is not there',
      'usualDraft: qwen3-0.6b',
      'usualDraft: qwen3-0.7b',
      'there is no "qwen3-0.7b" among the models',
    ],
    [
      'a role that is not there',
      'defaultRole: coder_escalation',
      'defaultRole: coder',
      'there is no "coder" among the roles',
    ],
    [
      'a source that is not there',
      'source: results-summary.md:176',
      'source: results.md:176',
      'there is no source "results.md"',
    ],
    [
      'a day that is none',
      'title: Model Reference, date: 2026-02-03',
      'title: Model Reference, date: 2026-13-03',
      'sources.0.date',
    ],
    [
      'a day that no month has',
      'title: Model Reference, date: 2026-02-03',
      'title: Model Reference, date: 2026-02-30',
      'sources.0.date it must be a day such as 2026-01-31',
    ],
    [
      'an alias that is the name of another role',
      'port: 8083',
      'port: 8083\n    aliases: [ worker_math ]',
      '"worker_math" is another role\'s name already',
    ],
    ['a key of several lines', 'port: 8083', 'port: 8083\n    "a\\nb": 1', '"a↵b" is not known here'],
    ['more points than possible', 'thinking: [ 28, 30 ]', 'thinking: [ 31, 30 ]', 'more points than possible'],
    ['an alias', 'port: 8083', 'port: *p', ''],
    ['a key twice', 'port: 8083', 'port: 8083\n    port: 8084', '"port" stands twice'],
    ['a key that objects have already', 'port: 8083', 'port: 8083\n    __proto__: 8084', '"__proto__" cannot be a key'],
    ['a tag', 'port: 8083', 'port: !js 8083', 'Unresolved tag'],
    ['broken brackets', 'thinking: [ 28, 30 ]', 'thinking: [ 28, 30', ''],
  ])('%s', (_, from, to, message) => {
    const { registry, issues } = checkRegistry(text.replace(from, to))
    expect(registry).toBeUndefined()
    const near = issues.filter(({ line }) => line >= lineOf(from) && line <= lineOf(from) + 1)
    expect(near.map((issue) => `${issue.path} ${issue.message}`).join('\n')).toContain(message)
    expect(near.length).toBeGreaterThan(0)
  })

  test('what is missing is told where its neighbours are', () => {
    const { issues } = checkRegistry(text.replace('formatVersion: 1\n', ''))
    expect(issues.map(({ line, path }) => [line, path])).toEqual([[1, 'formatVersion']])
  })

  test('and thrown with the first line and how many more there are', () => {
    const broken = text.replaceAll('hardware: epyc-9655', 'hardware: epyc')
    expect(() => parseRegistry(broken, 'mine.yaml')).toThrow(
      /^mine\.yaml:\d+:\d+: measurements\.0\.hardware .*, and \d+ more$/,
    )
  })
})

describe('a hostile text ends soon', () => {
  const mebi = 2 ** 20
  test.each([
    ['brackets', '['.repeat(mebi)],
    ['braces', '{a: '.repeat(mebi / 4)],
    ['dashes', '- '.repeat(mebi / 2)],
    [
      'keys in keys between brackets',
      `claims:\n  - { family: a${'<<: '.repeat(50_000)}, value: b }\n  - { family: c }\n`,
    ],
    ['keys in keys of one line', `models:\n  - ${'a: '.repeat(60_000)}`],
    ['deep indentation', Array.from({ length: 1000 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n')],
    ['many keys', Array.from({ length: 40_000 }, (_, index) => `k${index}: 1`).join('\n')],
    ['many anchors', Array.from({ length: 30_000 }, (_, index) => `k${index}: &a${index} 1`).join('\n')],
    ['many nameless keys', '? \n'.repeat(30_000)],
    ['the same key', 'a: 1\n'.repeat(5000)],
    ['very many keys', 'a: 1\n'.repeat(200_000)],
    ['aliases of aliases', `a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n`],
    ['a long line', `name: ${'x'.repeat(mebi)}`],
    ['null bytes', '\0'.repeat(mebi)],
    ['several documents', 'a: 1\n---\n'.repeat(100)],
    ['too much', ' '.repeat(MAX_YAML_BYTES + 1)],
    ['nothing', ''],
    ['a prototype', '__proto__: { formatVersion: 1 }'],
  ])('%s', (_, hostile) => {
    const { registry, issues } = checkRegistry(hostile)
    expect(registry).toBeUndefined()
    expect(issues.length).toBeGreaterThan(0)
    expect(issues.length).toBeLessThanOrEqual(100)
  })
})

describe('a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'foretoken-'))
  afterAll(() => rmSync(folder, { recursive: true }))

  test('is read', async () => {
    expect(await readRegistryText(shippedRegistry)).toBe(whole)
  })

  test.each([
    ['that is missing', join(folder, 'none'), 'ERR_FILE_NOT_FOUND'],
    ['that is a folder', folder, 'ERR_FILE_NOT_FOUND'],
    ['that never ends', '/dev/zero', 'ERR_REGISTRY_FORMAT'],
  ])('%s is refused', async (_, path, code) => {
    await expect(readRegistryText(path)).rejects.toMatchObject({ code })
  })

  test('that is too large is refused', async () => {
    const path = join(folder, 'large.yaml')
    writeFileSync(path, ' '.repeat(MAX_YAML_BYTES + 1))
    await expect(readRegistryText(path)).rejects.toMatchObject({ code: 'ERR_REGISTRY_FORMAT' })
  })
})
