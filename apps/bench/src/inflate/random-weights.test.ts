import { describe, expect, it } from 'vitest'
import { tensorFormats } from '../gguf/gguf-types.js'
import { randomWeights } from './random-weights.js'

const bytes = 34 * 2 * 20_000

function make(id: number, seed: number): Buffer {
  const format = tensorFormats.find((candidate) => candidate.id === id)
  if (format === undefined) throw new Error(`no format ${id}`)
  return Buffer.concat([...randomWeights(format, bytes, seed)])
}

/** Value of a half-precision number that is neither zero, subnormal nor infinite. */
function half(bits: number): number {
  const exponent = (bits >> 10) & 0x1f
  if (exponent === 0 || exponent === 31) throw new Error(`${bits.toString(16)} is no normal number`)
  return (bits & 0x8000 ? -1 : 1) * (1 + (bits & 0x3ff) / 1024) * 2 ** (exponent - 15)
}

const decoders: readonly (readonly [name: string, id: number, decode: (data: Buffer) => number[]])[] = [
  ['F32', 0, (data) => Array.from({ length: data.length / 4 }, (_, index) => data.readFloatLE(index * 4))],
  ['F16', 1, (data) => Array.from({ length: data.length / 2 }, (_, index) => half(data.readUInt16LE(index * 2)))],
  [
    'Q8_0',
    8,
    (data) =>
      Array.from({ length: (data.length / 34) * 32 }, (_, index) => {
        const block = Math.floor(index / 32) * 34
        return half(data.readUInt16LE(block)) * data.readInt8(block + 2 + (index % 32))
      }),
  ],
]

describe.each(decoders)('randomWeights as %s', (_, id, decode) => {
  it('are as many bytes as asked for, small and balanced', () => {
    const data = make(id, 5)
    const weights = decode(data)
    const mean = weights.reduce((sum, weight) => sum + weight, 0) / weights.length

    expect(data.length).toBe(bytes)
    expect(weights.every((weight) => Math.abs(weight) <= 1 / 32)).toBe(true)
    expect(Math.abs(mean)).toBeLessThan(0.001)
  })

  it('depend on the seed and on nothing else', () => {
    expect(make(id, 5).equals(make(id, 5))).toBe(true)
    expect(make(id, 5).equals(make(id, 6))).toBe(false)
  })
})
