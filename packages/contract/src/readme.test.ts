import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { drafterLaws } from './conformance/drafter-laws.js'
import { lengthLaws } from './conformance/length-laws.js'
import { targetLaws } from './conformance/target-laws.js'
import { errorTable } from './error-table.js'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')

test('the README lists every error code as the table has it', () => {
  const rows = Object.entries(errorTable).map(([code, { cause, cure, exitCode, httpStatus }]) =>
    [`\`${code}\``, cause, cure, exitCode, httpStatus].map(String),
  )
  expect(tableAfter('## Errors')).toEqual(rows)
})

test.each([
  ['testDrafter', drafterLaws],
  ['testTarget', targetLaws],
  ['testLengthPolicy', lengthLaws],
] as const)('the README explains every law of %s', (kit, laws) => {
  const rows = tableAfter(`### \`${kit}\``)
  expect(rows.map(([law]) => law)).toEqual(Object.keys(laws).map((law) => `\`${law}\``))
  for (const [, rule = ''] of rows) expect(rule).not.toBe('')
})

/** Rows of the first table after a heading, without its head, cell by cell. */
function tableAfter(heading: string): readonly (readonly string[])[] {
  const [, after = ''] = readme.split(`\n${heading}\n`)
  const lines = after.split('\n')
  const start = lines.findIndex((line) => line.startsWith('|'))
  const table = lines.slice(start)
  const end = table.findIndex((line) => !line.startsWith('|'))
  return table.slice(2, end).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
}
