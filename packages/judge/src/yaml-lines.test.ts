import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { parseYaml } from './yaml-lines.js'

const source = { name: 'a.yaml', maxCharacters: 8 * 2 ** 20 }
const read = (text: string): unknown => parseYaml(text, z.unknown(), source)

describe('parseYaml', () => {
  it.each([
    ['brackets', '['.repeat(1e6)],
    ['braces', '{a: '.repeat(2e5)],
    ['items of items', '- '.repeat(2e6)],
    ['merge keys in braces', `{ a: { ${'<<: '.repeat(1e5)}}}`],
    ['indentation', Array.from({ length: 3900 }, (_, level) => `${' '.repeat(level)}a:`).join('\n')],
  ])('refuses what nests without end: %s', (_, text) => {
    expect(() => read(text)).toThrow(/^a\.yaml:\d+: it is nested too deeply$/)
  })

  it('reads code with many brackets as text', () => {
    const code = '['.repeat(200)
    expect(read(`a: |\n  ${code}\nb: "${code}"`)).toEqual({ a: `${code}\n`, b: code })
  })

  it('finds a repeated key among very many', () => {
    const keys = Array.from({ length: 50_000 }, (_, index) => `k${index}: 1`)
    expect(() => read([...keys, 'k7: 2'].join('\n'))).toThrow('a.yaml:50001: "k7" stands twice')
    expect(read(keys.join('\n'))).toMatchObject({ k49999: 1 })
  })
})
