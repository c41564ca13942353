/**
 * Pearson's statistic of counts against shares, in standard deviations above what chance gives (Wilson and Hilferty,
 * 1931); outcomes that are expected fewer than five times count as one.
 */
export function surprise(counts: ReadonlyMap<string, number>, shares: ReadonlyMap<string, number>): number {
  const total = sum(counts.values())
  const often = [...shares].filter(([, share]) => share * total >= 5)
  const cells = often.map(([outcome, share]) => ({ count: counts.get(outcome) ?? 0, expected: share * total }))
  const rare = {
    count: total - sum(cells.map(({ count }) => count)),
    expected: total - sum(cells.map(({ expected }) => expected)),
  }
  // Fewer than five expected together: many more are a fault, some are not evidence.
  if (rare.expected >= 5 || rare.count > 20) cells.push(rare)
  const statistic = sum(cells.map(({ count, expected }) => (count - expected) ** 2 / expected))
  const freedom = cells.length - 1
  return ((statistic / freedom) ** (1 / 3) - (1 - 2 / (9 * freedom))) / Math.sqrt(2 / (9 * freedom))
}

function sum(values: Iterable<number>): number {
  let total = 0
  for (const value of values) total += value
  return total
}
