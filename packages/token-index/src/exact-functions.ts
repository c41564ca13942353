// Math.exp and Math.log may differ by a bit between engines and versions. These use only operations that IEEE 754
// defines to the last bit, so that the same text gives the same weights everywhere.

/** Steps of the table for one unit. */
const STEPS = 16
const RANGE = 24
const powers: Float64Array = Float64Array.from({ length: 2 * RANGE * STEPS + 1 }, (_, index) =>
  power(series(1 / STEPS), index - RANGE * STEPS),
)

/** e to the power of `exponent`, which is bounded to ±24; within 10^-6 of its value. */
export function exponential(exponent: number): number {
  const bounded = Math.max(-RANGE, Math.min(exponent, RANGE))
  const index = ((bounded + RANGE) * STEPS) | 0
  const rest = bounded + RANGE - index / STEPS
  return (powers[index] as number) * (1 + rest * (1 + rest * (0.5 + rest / 6)))
}

/** Natural logarithm of p / (1 − p), for p strictly between 0 and 1. */
export function logOdds(probability: number): number {
  return logarithm(probability) - logarithm(1 - probability)
}

/** ln x = k ln 2 + 2 artanh((m − 1) / (m + 1)) for x = 2^k m. */
function logarithm(value: number): number {
  let mantissa = value
  let doublings = 0
  for (; mantissa < 0.75; doublings--) mantissa *= 2
  return doublings * LN2 + twiceArtanh((mantissa - 1) / (mantissa + 1))
}

const LN2: number = twiceArtanh(1 / 3)

function twiceArtanh(value: number): number {
  let sum = 0
  let term = value
  for (let odd = 1; odd < 60; odd += 2, term *= value * value) sum += term / odd
  return 2 * sum
}

/** Taylor's series of e^x, for a small `exponent`. */
function series(exponent: number): number {
  let sum = 0
  for (let order = 0, term = 1; order < 20; order++, term *= exponent / order) sum += term
  return sum
}

/** `base` to a whole `exponent`. */
function power(base: number, exponent: number): number {
  let result = 1
  for (let count = 0; count < Math.abs(exponent); count++) result *= base
  return exponent < 0 ? 1 / result : result
}
