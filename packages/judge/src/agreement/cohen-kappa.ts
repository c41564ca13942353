import { SpeculationError } from '@foretoken/contract'

// J. Cohen: A coefficient of agreement for nominal scales (1960); Weighted kappa (1968).

/** How grave a disagreement of two categories is, as a function of their indices; 0 for the same. */
export type DisagreementWeight = 'nominal' | 'linear' | 'quadratic' | ((first: number, second: number) => number)

/** Options of {@link cohenKappa}. */
export interface CohenKappaOptions<Category> {
  /**
   * The categories in their order; every rating must be one of them.
   * @defaultValue the ratings' own, sorted
   */
  readonly categories?: readonly Category[]
  /**
   * How grave a disagreement is; `quadratic` suits scores from 0 to 3.
   * @defaultValue 'nominal'
   */
  readonly weight?: DisagreementWeight
}

/** Cohen's kappa of two raters who rated the same items: 1 agree in all, 0 as by chance; `NaN` where all is one category. */
export function cohenKappa<Category extends string | number>(
  first: readonly Category[],
  second: readonly Category[],
  options: CohenKappaOptions<Category> = {},
): number {
  if (first.length !== second.length || first.length === 0) {
    throw new SpeculationError(
      'ERR_OPTION_INVALID',
      `two raters must rate the same items, at least one, got ${first.length} and ${second.length} ratings`,
    )
  }
  const { categories = sorted([...first, ...second]) } = options
  const table = categories.map(() => categories.map(() => 0))
  first.forEach((rating, item) => {
    const row = table[indexOf(categories, rating)] as number[]
    const column = indexOf(categories, second[item] as Category)
    row[column] = (row[column] as number) + 1
  })
  return cohenKappaOfTable(table, options.weight)
}

/** Cohen's kappa of a square table: rows are the first rater's categories, columns the second's. */
export function cohenKappaOfTable(
  table: readonly (readonly number[])[],
  weight: DisagreementWeight = 'nominal',
): number {
  if (table.some((row) => row.length !== table.length || row.some((count) => !(count >= 0)))) {
    throw new SpeculationError('ERR_OPTION_INVALID', 'a table of two raters must be square, with no negative counts')
  }
  const rows = table.map(sum)
  const columns = table.map((_, column) => sum(table.map((row) => row[column] as number)))
  const total = sum(rows)
  const gravity = typeof weight === 'function' ? weight : weights[weight]
  let observed = 0
  let expected = 0
  table.forEach((row, i) => {
    row.forEach((count, j) => {
      observed += gravity(i, j) * count
      expected += (gravity(i, j) * (rows[i] as number) * (columns[j] as number)) / total
    })
  })
  return expected === 0 ? Number.NaN : 1 - observed / expected
}

const weights = {
  nominal: (first: number, second: number) => (first === second ? 0 : 1),
  linear: (first: number, second: number) => Math.abs(first - second),
  quadratic: (first: number, second: number) => (first - second) ** 2,
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

function sorted<Category extends string | number>(ratings: readonly Category[]): readonly Category[] {
  return [...new Set(ratings)].sort((a, b) => (a < b ? -1 : 1))
}

function indexOf<Category>(categories: readonly Category[], rating: Category): number {
  const index = categories.indexOf(rating)
  if (index >= 0) return index
  throw new SpeculationError(
    'ERR_OPTION_INVALID',
    `a rating must be one of ${categories.map(String).join(', ')}, got ${String(rating)}`,
  )
}
