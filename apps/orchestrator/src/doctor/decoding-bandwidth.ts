/** Figures that tell how well decoding uses the memory. */
export interface DecodingFigures {
  /** Bytes that one token reads: weights that it passes, and the cache. */
  readonly bytesPerToken: number
  readonly secondsPerToken: number
  /** Measured bytes per second of all cores together; absent where it was not measured. */
  readonly copyBytesPerSecond?: number | undefined
  readonly cacheBytes?: number | undefined
}

/** How well decoding uses the memory. */
export interface DecodingBandwidth {
  readonly bytesPerToken: number
  readonly tokensPerSecond: number
  readonly bytesPerSecond: number
  /** Of the copy bandwidth, 0 to 1 and above; absent where that is unknown. */
  readonly share?: number
  /** `slow`: something else than the memory holds it up. `cached`: the weights fit into the caches, and it says nothing. */
  readonly assessment: 'good' | 'slow' | 'cached' | 'unknown'
  /** In words. */
  readonly sentence: string
}

// llama.cpp on processors with many cores reads 30 to 80 % of what they copy; at half of that something is wrong.
const expectedShare = 0.3
const slowShare = 0.15

/** Compares what decoding reads with what the machine can copy. */
export function decodingBandwidth(figures: DecodingFigures): DecodingBandwidth {
  const { bytesPerToken, secondsPerToken, copyBytesPerSecond, cacheBytes = 0 } = figures
  const bytesPerSecond = bytesPerToken / secondsPerToken
  const found = { bytesPerToken, tokensPerSecond: 1 / secondsPerToken, bytesPerSecond }
  const reads = `Decoding reads ${bytes(bytesPerToken)} a token, ${bytes(bytesPerSecond)}/s`
  if (copyBytesPerSecond === undefined) {
    return {
      ...found,
      assessment: 'unknown',
      sentence: `${reads}; what the memory can do was not measured.`,
    }
  }
  const share = bytesPerSecond / copyBytesPerSecond
  const compared = `${reads}: ${percent(share)} of the ${bytes(copyBytesPerSecond)}/s that the cores copy`
  if (bytesPerToken < cacheBytes) {
    return {
      ...found,
      share,
      assessment: 'cached',
      sentence: `${compared}; it fits into the caches (${bytes(cacheBytes)}), so the memory does not matter.`,
    }
  }
  if (share >= slowShare) return { ...found, share, assessment: 'good', sentence: `${compared}.` }
  const factor = (expectedShare / share).toFixed(1)
  return {
    ...found,
    share,
    assessment: 'slow',
    sentence: `${compared}. It should be ${percent(expectedShare)} or more, so this model is ${factor}× slower than expected: the cores compute or wait. Look for other work on them, for a quantisation without fast kernels (try Q4_K_M or Q8_0), for a bad conversion of the file, and for weights on one memory node.`,
  }
}

/** Bytes in the unit that keeps them short. */
export function bytes(count: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB']
  let value = count
  let unit = 0
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000
    unit++
  }
  return `${value >= 100 || unit === 0 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`
}

/** A share in percent, with a digit more where it is small. */
export function percent(share: number): string {
  return `${share > 0 && share < 0.01 ? (100 * share).toFixed(1) : Math.round(100 * share)} %`
}
