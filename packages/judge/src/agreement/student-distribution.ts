// W. H. Press et al.: Numerical Recipes, incomplete beta function by its continued fraction (Lentz's method).

/** The probability that Student's t with so many degrees of freedom is above `t`. */
export function studentUpperTail(t: number, degrees: number): number {
  const half = incompleteBeta(degrees / (degrees + t * t), degrees / 2, 0.5) / 2
  return t >= 0 ? half : 1 - half
}

/** The t above which so much probability lies, between 0 and 1. */
export function studentQuantile(upperTail: number, degrees: number): number {
  let low = -1
  let high = 1
  while (studentUpperTail(low, degrees) < upperTail) low *= 2
  while (studentUpperTail(high, degrees) > upperTail) high *= 2
  // The tail falls with t; 200 halvings end at neighbouring doubles.
  for (let step = 0; step < 200; step++) {
    const middle = (low + high) / 2
    if (studentUpperTail(middle, degrees) > upperTail) low = middle
    else high = middle
  }
  return (low + high) / 2
}

function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0
  if (x >= 1) return 1
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log(1 - x))
  return x < (a + 1) / (a + b + 2) ? (front * betaFraction(x, a, b)) / a : 1 - (front * betaFraction(1 - x, b, a)) / b
}

function betaFraction(x: number, a: number, b: number): number {
  const tiny = 1e-300
  const safe = (value: number): number => (Math.abs(value) < tiny ? tiny : value)
  let c = 1
  let d = 1 / safe(1 - ((a + b) * x) / (a + 1))
  let fraction = d
  for (let m = 1; m <= 500; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / safe(1 + even * d)
    c = safe(1 + even / c)
    fraction *= d * c
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / safe(1 + odd * d)
    c = safe(1 + odd / c)
    fraction *= d * c
    if (Math.abs(d * c - 1) < 1e-15) break
  }
  return fraction
}

const lanczos = [
  76.18009172947146, -86.50532032941678, 24.01409824083091, -1.231739572450155, 0.1208650973866179e-2,
  -0.5395239384953e-5,
]

function logGamma(x: number): number {
  const shifted = x + 5.5
  const series = lanczos.reduce((sum, factor, index) => sum + factor / (x + index + 1), 1.000000000190015)
  return (x + 0.5) * Math.log(shifted) - shifted + Math.log((Math.sqrt(2 * Math.PI) * series) / x)
}
