import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { randomModel, VOCABULARY } from '../../test/random-model.js'
import { collectWeights, type ModelWeights, referenceLogits } from '../../test/reference-model.js'
import { temporaryFolder } from '../../test/temporary-folder.js'
import { writeGguf } from '../gguf/gguf-writer.js'
import { readGguf } from '../gguf/read-gguf.js'
import { randomSource } from '../random-source.js'
import { planInflation } from './inflate-plan.js'
import { inflatableArchitectures, type ModelShape, type SourceShape, shapeOf } from './model-shape.js'

const folder = temporaryFolder()

/** Far more than the slowest machine needs. */
const LONG_MS = 60_000

/** A model's shape and a larger one that it fits into. */
interface Pair {
  readonly from: SourceShape
  readonly to: ModelShape
  readonly seed: number
}
const small = (min: number, max: number): fc.Arbitrary<number> => fc.integer({ min, max })
const pairs: fc.Arbitrary<Pair> = fc
  .record({
    architecture: fc.constantFrom(...inflatableArchitectures),
    width: small(3, 12),
    feedForward: small(2, 9),
    layers: small(2, 3),
    moreLayers: small(1, 3),
    group: small(1, 3),
    moreInGroup: small(0, 2),
    kvHeads: small(1, 2),
    moreKvHeads: small(0, 2),
    headLength: small(2, 4),
    seed: small(1, 1_000_000),
  })
  .map(({ group, moreInGroup, moreKvHeads, moreLayers, seed, ...shape }) => ({
    from: {
      ...shape,
      heads: shape.kvHeads * group,
      experts: shape.architecture === 'qwen3moe' ? 4 : 1,
      // Large, so that an epsilon left as it was would show.
      normEpsilon: Math.fround(0.01),
    },
    to: {
      width: 32,
      feedForward: 32,
      kvHeads: shape.kvHeads + moreKvHeads,
      heads: (shape.kvHeads + moreKvHeads) * (group + moreInGroup),
      layers: shape.layers + moreLayers,
    },
    seed,
  }))

/** The inflated model's logits are those of its source. `spoil` stands for a fault in inflating. */
async function sameFunction(spoil: (weights: ModelWeights, pair: Pair) => void = () => {}): Promise<void> {
  const path = join(folder, 'random.gguf')
  await fc.assert(
    fc.asyncProperty(pairs, async (pair) => {
      const random = randomSource(pair.seed)
      const content = randomModel(pair.from, random)
      await writeGguf(path, content)
      const source = await readGguf(path)
      const inflated = planInflation({ source, from: pair.from, to: pair.to })
      const weights = await collectWeights(inflated.tensors)
      spoil(weights, pair)
      const tokens = Array.from({ length: 4 }, () => Math.floor(random() * VOCABULARY))
      const expected = referenceLogits(await collectWeights(content.tensors), pair.from, tokens)
      const got = referenceLogits(weights, shapeOf({ path, metadata: inflated.metadata, tensors: [] }), tokens)
      const largest = Math.max(...expected.flatMap((logits) => [...logits].map(Math.abs)))

      for (const [position, logits] of expected.entries()) {
        for (const [token, logit] of logits.entries()) {
          expect(Math.abs((got[position]?.[token] ?? Number.NaN) - logit)).toBeLessThan(1e-5 * largest)
        }
      }
    }),
    { numRuns: 30 },
  )
}

describe('planInflation', () => {
  it('keeps the function of every architecture, in double precision', () => sameFunction(), LONG_MS)

  it.each<[string, (weights: ModelWeights, pair: Pair) => void]>([
    ['norms left unscaled', (weights, { from, to }) => scale(weights, 'ffn_norm', Math.sqrt(to.width / from.width))],
    ['an added layer that adds', (weights, { from }) => fill(weights, `blk.${from.layers}.ffn_down`, 0.1)],
    ['heads put one place on', (weights, { from }) => turn(weights, 'attn_q', from.headLength * 32)],
    ['a router that chooses otherwise', (weights) => scale(weights, 'ffn_gate_inp', -1)],
    ['a convolution over other channels', (weights) => turn(weights, 'shortconv.in_proj', 32 * 32)],
  ])(
    'the law catches %s',
    async (_, spoil) => {
      await expect(sameFunction(spoil)).rejects.toThrow()
    },
    LONG_MS,
  )
})

function named(weights: ModelWeights, part: string): Float64Array[] {
  return [...weights].filter(([name]) => name.includes(`${part}.`)).map(([, { values }]) => values)
}
function scale(weights: ModelWeights, part: string, factor: number): void {
  for (const values of named(weights, part)) values.set(values.map((value) => value * factor))
}
function fill(weights: ModelWeights, part: string, value: number): void {
  for (const values of [...named(weights, part), ...named(weights, `${part}_exps`)]) values.fill(value)
}
/** Moves what stands in the tensor on by some places, the end to the start. */
function turn(weights: ModelWeights, part: string, places: number): void {
  for (const values of named(weights, part)) {
    const old = values.slice()
    values.set(old.subarray(0, old.length - places), places)
    values.set(old.subarray(old.length - places), 0)
  }
}
