import { readFileSync } from 'node:fs'
import { SpeculationError } from '@foretoken/contract'
import { describe, expect, test } from 'vitest'
import { refusalsPage } from '../../test/refusals-page.js'
import { groupBy } from '../group-by.js'
import { checkRegistry } from '../registry-file/parse-registry.js'
import { refusalsFile, shippedRegistry } from '../shipped-files.js'
import { parseRefusals, refusalOf, refusals } from './refusals.js'
import { refusalsJsonSchema } from './refusals-schema.js'

const text = readFileSync(refusalsFile, 'utf8')
const { registry: shipped } = checkRegistry(readFileSync(shippedRegistry, 'utf8'))
const linesBySource = groupBy(
  [...(shipped?.measurements ?? []), ...(shipped?.records ?? [])],
  ({ source }): string => source,
)

describe('what is refused', () => {
  test.each([
    ['medusa', 'medusa'],
    ['Medusa', 'medusa'],
    ['CAS_Spec', 'layer-skip'],
    ['clasp', 'layer-skip'],
    ['SWIFT', 'layer-skip'],
    ['lookahead', 'jacobi'],
    ['EAGLE', 'eagle-1'],
    ['ssm', 'recurrent-models'],
  ])('%s is refused as %s', (name, refusal) => {
    expect(refusalOf(name)?.name).toBe(refusal)
  })

  test.each(['lookup', 'suffix', 'model', 'auto', 'none', ''])('%j is not', (name) => {
    expect(refusalOf(name)).toBeUndefined()
  })

  test('what would bring it back is said in whole clauses', () => {
    for (const { revival } of refusals()) for (const one of revival) expect(one).not.toMatch(/^(and|or|on) /)
  })

  const cited = refusals().flatMap(({ name, figure, sources }) => ({
    ...{ name, figure },
    texts: sources
      .filter((source) => !source.startsWith('https://'))
      .map((source) => ({ source, text: textOf(source) })),
  }))

  test('every source is a line that the shipped registry holds, a page of the guide, or a paper', () => {
    const texts = cited.flatMap((one) => one.texts)
    expect(texts.length).toBeGreaterThan(50)
    expect(texts.filter(({ text: found }) => found === '')).toEqual([])
  })

  test.each(cited)('every number in the figure of $name stands in a source', ({ figure, texts }) => {
    const numbers = figure.match(/(?<![\w.-])\d+(?:[.,]\d+)*(?![\w-]|\.\d)/g) ?? []
    const all = texts.map((one) => one.text).join('\n')
    expect(numbers.filter((number) => !new RegExp(`(?<![\\d.])${number}(?!\\.?\\d)`).test(all))).toEqual([])
  })
})

describe('a damaged file', () => {
  test.each([
    ['a value that is not known', text.replace('    kind: drafter', '    kind: boat'), 9],
    ['a name twice', text.replace('name: kangaroo', 'name: medusa'), 7],
    ['broken YAML', `${text}\n  - name: [`, text.split('\n').length + 1],
    ['nothing', '', 1],
  ])('%s is told with its line', (_, broken, line) => {
    const error = refusal(() => parseRefusals(broken))
    expect([error.code, error.details['line']]).toEqual(['ERR_REGISTRY_FORMAT', line])
  })
})

test('docs/refusals.md says all of them', async () => {
  await expect(refusalsPage(refusals())).toMatchFileSnapshot('../../../../docs/refusals.md')
})

test('schemas/refusals.schema.json is the published form', async () => {
  const schema = `${JSON.stringify(refusalsJsonSchema(), undefined, 2)}\n`
  await expect(schema).toMatchFileSnapshot('../../schemas/refusals.schema.json')
})

/** What stands at a source: everything that the shipped registry has of the line, or the page. */
function textOf(source: string): string {
  if (source.startsWith('docs/')) return readFileSync(new URL(`../../../../${source}`, import.meta.url), 'utf8')
  return (linesBySource.get(source) ?? []).map((entry) => JSON.stringify(entry)).join('\n')
}

function refusal(call: () => unknown): SpeculationError {
  try {
    call()
  } catch (error) {
    if (SpeculationError.is(error)) return error
  }
  throw new Error('nothing was refused')
}
