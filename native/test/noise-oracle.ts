const allBits = (1n << 64n) - 1n
const step = 0x9e3779b97f4a7c15n
const blockTokens = 64n

/** Randomness of one place, as `native/src/noise.cc` makes it, written from its description in big integers. */
export interface NoiseOracle {
  gumbel(token: number): number
  uniform(): number
}

export function noiseOracle(seed: number, position: number): NoiseOracle {
  const place = mix(mix(BigInt(seed) + step) + BigInt(position) * step)
  const [maximumKey, tokenKey, uniformKey] = [1n, 2n, 3n].map((stream) => mix(place + stream * step))
  return {
    gumbel(token) {
      const id = BigInt(token)
      const bits = mix((maximumKey ?? 0n) + (id / blockTokens) * step)
      const smallest = -Math.log1p(-open01(bits)) / Number(blockTokens)
      if (bits % blockTokens === id % blockTokens) return -Math.log(smallest)
      return -Math.log(smallest - Math.log(open01(mix((tokenKey ?? 0n) + id * step))))
    },
    uniform: () => open01(uniformKey ?? 0n),
  }
}

function mix(value: bigint): bigint {
  let bits = value & allBits
  bits = ((bits ^ (bits >> 30n)) * 0xbf58476d1ce4e5b9n) & allBits
  bits = ((bits ^ (bits >> 27n)) * 0x94d049bb133111ebn) & allBits
  return bits ^ (bits >> 31n)
}

function open01(bits: bigint): number {
  return (Number(bits >> 12n) + 0.5) * 2 ** -52
}
