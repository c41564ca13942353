/** How far back the line of goodput goes, in measurements: one a second. */
const LENGTH = 60

/** The last measurements with one more; the oldest is forgotten. */
export function withMeasurement(history: readonly number[], value: number): readonly number[] {
  return [...history.slice(1 - LENGTH), value]
}

/** A polyline through the measurements, in a box of 100 × 30 with the newest at the right. */
export function linePoints(history: readonly number[]): string {
  const top = Math.max(1, ...history)
  const left = LENGTH - history.length
  return history
    .map((value, index) => `${rounded(((left + index) / (LENGTH - 1)) * 100)},${rounded(29 - (value / top) * 28)}`)
    .join(' ')
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10
}
