import { printable } from '../inspect/printable.js'
import type { QueryResult } from './query-result.js'

/** Most characters of a cell that a person is shown. */
const maxCellCharacters = 60

/** The result as a person reads it: long texts are cut, fractions have six digits. */
export function queryText({ columns, rows }: QueryResult): string {
  const cells = [columns.map(({ name }) => shown(name)), ...rows.map((row) => row.map(shown))]
  const numeric = columns.map((_, column) => rows.every((row) => ['number', 'object'].includes(typeof row[column])))
  const widths = columns.map((_, column) => cells.reduce((width, row) => Math.max(width, row[column]?.length ?? 0), 0))
  const padded = (cell: string, column: number): string =>
    numeric[column] ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)
  return cells.map((row) => row.map(padded).join('  ').trimEnd()).join('\n')
}

/** The result as CSV (RFC 4180): values whole, NULL empty. */
export function queryCsv({ columns, rows }: QueryResult): string {
  const lines = [columns.map(({ name }) => name), ...rows]
  return lines.map((row) => `${row.map((cell) => quoted(plainText(cell))).join(',')}\r\n`).join('')
}

/** The result as one JSON object; a row has its values by column. */
export function queryJson({ columns, rows }: QueryResult): string {
  const objects = rows.map((row) => Object.fromEntries(columns.map(({ name }, column) => [name, row[column]])))
  return JSON.stringify({ columns, rows: objects })
}

function shown(cell: unknown): string {
  const short = typeof cell === 'number' && !Number.isInteger(cell) ? Number(cell.toPrecision(6)) : cell
  const text = printable(plainText(short).replaceAll('\n', '⏎'))
  return text.length > maxCellCharacters ? `${text.slice(0, maxCellCharacters - 1)}…` : text
}

function plainText(cell: unknown): string {
  if (cell === null || cell === undefined) return ''
  return typeof cell === 'object' ? JSON.stringify(cell) : String(cell)
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
