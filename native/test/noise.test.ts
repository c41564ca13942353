import type { NativeModel } from '@foretoken/native'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mostSurprise, surprise } from './chi-square.js'
import { type NoiseOracle, noiseOracle } from './noise-oracle.js'
import { samplingModel } from './sampling-model.js'

let model: NativeModel
beforeAll(async () => {
  model = await samplingModel()
})
afterAll(async () => await model.dispose())

/** From noise to the uniform number that it would be made of, were it made alone. */
const asUniform = (gumbel: number) => Math.exp(-Math.exp(-gumbel))

/** How surprising the table of two numbers' eighths is, were they uniform and independent. */
function dependence(pairs: readonly (readonly [number, number])[]): number {
  const counts = new Array<number>(64).fill(0)
  for (const [one, other] of pairs) {
    const cell = Math.floor(one * 8) * 8 + Math.floor(other * 8)
    counts[cell] = (counts[cell] ?? 0) + 1
  }
  return surprise(counts, new Array<number>(64).fill(1 / 64))
}

const places = Array.from({ length: 6_000 }, (_, index) => index)
/** Noise of one token and one place against that of another. */
const neighbours: Readonly<Record<string, (noise: typeof noiseOracle, index: number) => readonly [number, number]>> = {
  'tokens of one block': (noise, index) => [noise(7, index).gumbel(3), noise(7, index).gumbel(40)],
  'tokens of two blocks': (noise, index) => [noise(7, index).gumbel(63), noise(7, index).gumbel(64)],
  'places that follow each other': (noise, index) => [noise(7, index).gumbel(9), noise(7, index + 1).gumbel(9)],
  'seeds that follow each other': (noise, index) => [noise(index, 5).gumbel(9), noise(index + 1, 5).gumbel(9)],
  'seed and place exchanged': (noise, index) => [noise(index, 1000).gumbel(9), noise(1000, index).gumbel(9)],
  'a token and the coin of XTC': (noise, index) => [
    noise(7, index).gumbel(9),
    -Math.log(-Math.log(noise(7, index).uniform())),
  ],
}

describe('keyed noise', () => {
  it('is what its description says, whatever is passed over to find the best', () => {
    const row = new Float32Array(model.vocabularySize)
    for (const [seed, position] of [
      [0, 0],
      [1, 1],
      [2 ** 32 - 1, 70_000],
      [12_345, 2 ** 40],
    ] as const) {
      const noise = noiseOracle(seed, position)
      const values = Array.from(row, (_, token) => noise.gumbel(token))
      const [best = 0, second = 0] = values.toSorted((one, other) => other - one)
      const choice = model.createSampler({ temperature: 1, seedLow: seed }).choose(row, position)
      expect(choice.token).toBe(values.indexOf(best))
      expect(choice.topGap).toBeCloseTo(best - second, 4)
    }
  })

  it('takes both halves of the seed', () => {
    const row = new Float32Array(model.vocabularySize)
    const tokens = [0, 1, 2].map((seedHigh) => model.createSampler({ temperature: 1, seedHigh }).choose(row, 0).token)
    expect(new Set(tokens).size).toBe(3)
  })

  it.each(Object.keys(neighbours))('is uniform and independent: %s', (name) => {
    const pairs = places.map((index) => neighbours[name]?.(noiseOracle, index) ?? [0, 0])
    expect(dependence(pairs.map(([one, other]) => [asUniform(one), asUniform(other)]))).toBeLessThan(mostSurprise)
  })

  it('is uniform over the tokens of a block and beyond', () => {
    const row = new Float32Array(model.vocabularySize).fill(Number.NEGATIVE_INFINITY)
    const tokens = [0, 1, 31, 62, 63, 64, 65, 127, 128, 4_000]
    for (const token of tokens) row[token] = 0
    const sampler = model.createSampler({ temperature: 1, seedLow: 3 })
    const counts = tokens.map(() => 0)
    for (let position = 0; position < 10_000; position++) {
      const index = tokens.indexOf(sampler.choose(row, position).token)
      counts[index] = (counts[index] ?? 0) + 1
    }
    expect(
      surprise(
        counts,
        tokens.map(() => 1 / tokens.length),
      ),
    ).toBeLessThan(mostSurprise)
  })

  it.each([
    ['forgets the place', 'places that follow each other', (seed: number) => noiseOracle(seed, 0)],
    [
      'adds seed and place',
      'seed and place exchanged',
      (seed: number, position: number) => noiseOracle(seed + position, 0),
    ],
    ['has one number a block', 'tokens of one block', onePerBlock],
  ] as const)('notices noise that %s', (_, name, offender) => {
    const pairs = places.map((index) => neighbours[name]?.(offender, index) ?? [0, 0])
    expect(dependence(pairs.map(([one, other]) => [asUniform(one), asUniform(other)]))).toBeGreaterThan(mostSurprise)
  })
})

function onePerBlock(seed: number, position: number): NoiseOracle {
  const noise = noiseOracle(seed, position)
  return { ...noise, gumbel: (token) => noise.gumbel(Math.floor(token / 64)) }
}
