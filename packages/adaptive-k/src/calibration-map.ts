/**
 * One drafter's probabilities as they come true: `q = 1 − (1 − p^a)^b`, monotone in `p`, with 0 and 1 fixed.
 *
 * The family (Kumaraswamy, Journal of Hydrology 46, 1980) holds the identity and every power of `p`. Its parameters are the most
 * probable ones given all labels so far, old ones fading; the identity is the prior, and the map itself for the first 200 labels.
 */
export class CalibrationMap {
  readonly #said = new Float64Array(binCount)
  readonly #labels = new Float64Array(binCount)
  readonly #accepted = new Float64Array(binCount)
  #count = 0
  #logA = 0
  #logB = 0

  get isIdentity(): boolean {
    return this.#count < trustedLabels
  }

  /** How often the map has changed. */
  get fits(): number {
    return Math.floor(this.#count / labelsPerFit)
  }

  /** P(accepted) of a token of which the drafter says `said`. */
  apply(said: number): number {
    if (this.isIdentity || said <= 0 || said >= 1) return Math.min(1, Math.max(0, said))
    return -Math.expm1(Math.exp(this.#logB) * Math.log1p(-(said ** Math.exp(this.#logA))))
  }

  /** What the drafter says where `apply` gives `probability`. */
  invert(probability: number): number {
    if (this.isIdentity || probability <= 0 || probability >= 1) return Math.min(1, Math.max(0, probability))
    const power = -Math.expm1(Math.log1p(-probability) / Math.exp(this.#logB))
    return power ** Math.exp(-this.#logA)
  }

  /** Takes over whether a token was accepted. */
  learn(said: number, accepted: boolean): void {
    const clipped = Math.min(1 - edge, Math.max(edge, said))
    const share = Math.log(clipped / (1 - clipped)) / logitRange
    const bin = Math.min(binCount - 1, Math.floor(((share + 1) / 2) * binCount))
    this.#said[bin] = (this.#said[bin] as number) + clipped
    this.#labels[bin] = (this.#labels[bin] as number) + 1
    if (accepted) this.#accepted[bin] = (this.#accepted[bin] as number) + 1
    this.#count++
    if (this.isIdentity || this.#count % labelsPerFit !== 0) return
    for (const sums of [this.#said, this.#labels, this.#accepted])
      for (let index = 0; index < binCount; index++) sums[index] = (sums[index] as number) * keptPerFit
    this.#fit()
  }

  /** Fisher scoring on both logarithms, from where the last fit ended. O(bins). */
  #fit(): void {
    for (let round = 0; round < 2; round++) {
      let [gradientA, gradientB] = [-priorPrecision * this.#logA, -priorPrecision * this.#logB]
      let [informationAA, informationAB, informationBB] = [priorPrecision, 0, priorPrecision]
      for (let bin = 0; bin < binCount; bin++) {
        const labels = this.#labels[bin] as number
        if (labels < 1e-3) continue
        const { q, byLogA, byLogB } = this.#slopes((this.#said[bin] as number) / labels)
        const variance = q * (1 - q)
        const residual = ((this.#accepted[bin] as number) - labels * q) / variance
        gradientA += residual * byLogA
        gradientB += residual * byLogB
        informationAA += (labels * byLogA * byLogA) / variance
        informationAB += (labels * byLogA * byLogB) / variance
        informationBB += (labels * byLogB * byLogB) / variance
      }
      const determinant = informationAA * informationBB - informationAB * informationAB
      this.#logA = moved(this.#logA, (informationBB * gradientA - informationAB * gradientB) / determinant)
      this.#logB = moved(this.#logB, (informationAA * gradientB - informationAB * gradientA) / determinant)
    }
  }

  #slopes(said: number): { q: number; byLogA: number; byLogB: number } {
    const [a, b] = [Math.exp(this.#logA), Math.exp(this.#logB)]
    const power = said ** a
    const logRest = Math.log1p(-power)
    const rest = Math.exp(b * logRest)
    return {
      q: Math.min(1 - 1e-9, Math.max(1e-9, 1 - rest)),
      byLogA: b * Math.exp((b - 1) * logRest) * power * Math.log(said) * a,
      byLogB: -rest * logRest * b,
    }
  }
}

const binCount = 64
/** Probabilities nearer to 0 or 1 say no more than this. */
const edge = 1e-3
const logitRange = Math.log((1 - edge) / edge)
const trustedLabels = 200
const labelsPerFit = 16
/** Labels fade with a time constant of 32,768 labels. */
const keptPerFit = 1 - labelsPerFit / 32_768
const priorPrecision = 8

/** One bounded step of one parameter. */
function moved(parameter: number, step: number): number {
  const bounded = Math.min(0.5, Math.max(-0.5, step))
  return Math.min(4, Math.max(-4, parameter + bounded))
}
