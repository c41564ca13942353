import Table from 'cli-table3'
import type { Spread } from './spread.js'

/** A table without lines between its rows; the first `left` columns hold words, the others numbers. */
export function benchTable(head: readonly string[], rows: readonly (readonly string[])[], left = 1): string {
  const table = new Table({
    head: [...head],
    colAligns: head.map((_, index) => (index < left ? 'left' : 'right')),
    chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
    style: { head: [], border: [] },
  })
  for (const row of rows) table.push([...row])
  return table.toString()
}

/** A median with what it lies between. */
export function spreadText({ median, min, max }: Spread, digits: number): string {
  return `${median.toFixed(digits)} (${min.toFixed(digits)}–${max.toFixed(digits)})`
}

/** A share in per cent. */
export function shareText(part: number, of: number): string {
  return of === 0 ? '–' : `${((100 * part) / of).toFixed(0)} %`
}
