/** Pearson's statistic of counts against shares, in standard deviations above what chance gives (Wilson and Hilferty, 1931). */
export function surprise(counts: readonly number[], shares: readonly number[]): number {
  const total = counts.reduce((sum, count) => sum + count, 0)
  const cells = merged(
    counts,
    shares.map((share) => share * total),
  )
  const statistic = cells.reduce((sum, { count, expected }) => sum + (count - expected) ** 2 / expected, 0)
  const freedom = cells.length - 1
  if (freedom === 0) return 0
  return ((statistic / freedom) ** (1 / 3) - (1 - 2 / (9 * freedom))) / Math.sqrt(2 / (9 * freedom))
}

/** A statistic above this comes once in 30,000 tests of a right sampler; the seeds are fixed, so it comes never or always. */
export const mostSurprise = 4

interface Cell {
  readonly count: number
  readonly expected: number
}

/** The approximation needs five expected in each cell: rarer ones go together. */
function merged(counts: readonly number[], expected: readonly number[]): readonly Cell[] {
  const cells: Cell[] = []
  let rest: Cell = { count: 0, expected: 0 }
  for (const [index, count] of counts.entries()) {
    const cell = { count, expected: expected[index] ?? 0 }
    if (cell.expected >= 5) cells.push(cell)
    else rest = { count: rest.count + cell.count, expected: rest.expected + cell.expected }
  }
  if (rest.expected >= 5) return [...cells, rest]
  const [first = { count: 0, expected: 0 }, ...others] = cells
  return [{ count: first.count + rest.count, expected: first.expected + rest.expected }, ...others]
}
