import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { seedList, seedTables } from '../../test/seeds/seed-files.js'
import { parseRegistry } from './parse-registry.js'
import type { Registry } from './registry.js'

const path = new URL('../../registries/epyc-9655.yaml', import.meta.url)
const registry = parseRegistry(readFileSync(path, 'utf8'))

/** Everything that a registry says with a line of a source as its source, as one text. */
function entriesBySource({ measurements, records, claims, pairs, roles }: Registry): Map<string, string> {
  const texts = new Map<string, string>()
  for (const entry of [...measurements, ...records, ...claims, ...pairs, ...roles.flatMap((role) => role.assignments)])
    texts.set(entry.source, `${texts.get(entry.source) ?? ''} ${JSON.stringify(entry)}`)
  return texts
}

const numbersOf = (text: string): number[] => (text.match(/\d+(?:\.\d+)?/g) ?? []).map(Number)

/** How a published number may stand in an entry: as it is, as a share, as a factor, or in bytes. */
function isTold(number: number, told: readonly number[]): boolean {
  const forms = [number, number / 100, 1 + number / 100, 1 - number / 100, number * 1e6, number * 1e9]
  return forms.some((form) => told.some((other) => Math.abs(other - form) <= 1e-9 * Math.max(1, form)))
}

function missingNumbers(cells: string, source: string, texts: ReadonlyMap<string, string>): string[] {
  const text = texts.get(source)
  if (text === undefined) return [`${source} is missing`]
  const told = numbersOf(text)
  return numbersOf(cells)
    .filter((number) => !isTold(number, told))
    .map((number) => `${source} lacks ${number} of ${cells}`)
}

const rows = seedTables().flatMap(({ document, rows: all }) =>
  all.map(({ line, ...cells }) => ({ source: `${document}:${line}`, cells: Object.values(cells).join(' | ') })),
)

test('every row of the seeds’ 126 tables is there, with every number of it', () => {
  const texts = entriesBySource(registry)
  expect(rows.length).toBe(683)
  expect(rows.flatMap(({ source, cells }) => missingNumbers(cells, source, texts))).toEqual([])
})

test('so is every line of prose that tells something', () => {
  const texts = entriesBySource(registry)
  const prose = seedList('prose')
  expect(prose.length).toBeGreaterThan(600)
  expect(prose.flatMap(({ source = '', text = '' }) => missingNumbers(text, source, texts))).toEqual([])
})

test('a row or a figure that is left out is noticed', () => {
  const { measurements } = registry
  const without = {
    ...registry,
    measurements: measurements.filter(({ source }) => source !== 'results-summary.md:176'),
  }
  const left = entriesBySource(without)
  expect(rows.flatMap(({ source, cells }) => missingNumbers(cells, source, left))).toEqual([
    'results-summary.md:176 is missing',
  ])
  const changed = measurements.map((one) => (one.tokensPerSecond === 174.6 ? { ...one, tokensPerSecond: 175 } : one))
  const told = entriesBySource({ ...registry, measurements: changed })
  expect(rows.flatMap(({ source, cells }) => missingNumbers(cells, source, told)).length).toBeGreaterThan(0)
})
