import { SpeculationError } from '@foretoken/contract'

// K. Krippendorff: Computing Krippendorff's Alpha-Reliability (2011).

/** What differences of ratings mean: only that they differ, how many ranks lie between them, or how far apart they are. */
export type AlphaLevel = 'nominal' | 'ordinal' | 'interval'

/**
 * Krippendorff's alpha: a row for each rater, a column for each item, `undefined` where a rating is missing. 1 agree in
 * all, 0 as by chance; `NaN` where no item has two ratings or all ratings are one value.
 */
export function krippendorffAlpha(
  ratings: readonly (readonly (number | undefined)[])[],
  level: AlphaLevel = 'nominal',
): number {
  const items = pairableItems(ratings)
  const values = [...new Set(items.flat())].sort((a, b) => a - b)
  const coincidences = coincidenceMatrix(items, values)
  const marginals = coincidences.map(sum)
  const total = sum(marginals)
  let observed = 0
  let expected = 0
  values.forEach((_, c) => {
    values.forEach((_, k) => {
      const difference = squaredDifference[level](c, k, { values, marginals })
      observed += (coincidences[c]?.[k] as number) * difference
      expected += (marginals[c] as number) * (marginals[k] as number) * difference
    })
  })
  return expected === 0 ? Number.NaN : 1 - ((total - 1) * observed) / expected
}

/** The ratings of each item that has at least two. */
function pairableItems(ratings: readonly (readonly (number | undefined)[])[]): readonly (readonly number[])[] {
  const length = ratings[0]?.length ?? 0
  if (ratings.some((row) => row.length !== length)) {
    throw new SpeculationError(
      'ERR_OPTION_INVALID',
      `every rater must have a place for each item, got ${ratings.map((row) => row.length).join(', ')} places`,
    )
  }
  if (ratings.flat().some((value) => value !== undefined && !Number.isFinite(value))) {
    throw new SpeculationError(
      'ERR_OPTION_INVALID',
      'ratings must be finite numbers, or undefined where one is missing',
    )
  }
  const items = Array.from({ length }, (_, item) => {
    return ratings.map((row) => row[item]).filter((value) => value !== undefined)
  })
  return items.filter((values) => values.length >= 2)
}

/** How often two values meet in an item, each item weighing as many as it has ratings. */
function coincidenceMatrix(
  items: readonly (readonly number[])[],
  values: readonly number[],
): readonly (readonly number[])[] {
  const matrix = values.map(() => values.map(() => 0))
  for (const item of items) {
    const counts = values.map((value) => item.filter((rating) => rating === value).length)
    counts.forEach((first, c) => {
      const row = matrix[c] as number[]
      counts.forEach((second, k) => {
        row[k] = (row[k] as number) + (first * (c === k ? second - 1 : second)) / (item.length - 1)
      })
    })
  }
  return matrix
}

interface Scale {
  readonly values: readonly number[]
  readonly marginals: readonly number[]
}

const squaredDifference: Readonly<Record<AlphaLevel, (c: number, k: number, scale: Scale) => number>> = {
  nominal: (c, k) => (c === k ? 0 : 1),
  ordinal(c, k, { marginals }) {
    const ends = ((marginals[c] as number) + (marginals[k] as number)) / 2
    return (sum(marginals.slice(Math.min(c, k), Math.max(c, k) + 1)) - ends) ** 2
  },
  interval: (c, k, { values }) => ((values[c] as number) - (values[k] as number)) ** 2,
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, value) => total + value, 0)
}
