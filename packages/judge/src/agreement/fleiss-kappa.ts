import { SpeculationError } from '@foretoken/contract'

/**
 * Fleiss' kappa of many raters: a row for each item says how many raters chose each category, the same number of raters
 * in every row. `NaN` where all is one category. J. L. Fleiss: Measuring nominal scale agreement among many raters (1971).
 */
export function fleissKappa(counts: readonly (readonly number[])[]): number {
  const categories = counts[0]?.length ?? 0
  const raters = sum(counts[0] ?? [])
  if (raters < 2 || counts.some((row) => row.length !== categories || sum(row) !== raters || row.some((n) => n < 0))) {
    throw new SpeculationError(
      'ERR_OPTION_INVALID',
      `every item must be rated by the same number of raters, at least 2, got ${counts.map(sum).join(', ')}`,
    )
  }
  const shares = Array.from({ length: categories }, (_, category) => {
    return sum(counts.map((row) => row[category] as number)) / (counts.length * raters)
  })
  const agreeing = counts.map((row) => sum(row.map((n) => n * (n - 1))) / (raters * (raters - 1)))
  const observed = sum(agreeing) / counts.length
  const expected = sum(shares.map((share) => share ** 2))
  return expected === 1 ? Number.NaN : (observed - expected) / (1 - expected)
}

/** The rows of {@link fleissKappa} for items that each have a list of ratings. */
export function ratingCounts<Category>(
  items: readonly (readonly Category[])[],
  categories: readonly Category[],
): readonly (readonly number[])[] {
  return items.map((ratings) => categories.map((category) => ratings.filter((rating) => rating === category).length))
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
