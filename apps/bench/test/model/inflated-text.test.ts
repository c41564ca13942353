import { type FixturePrompt, fixtureModels, fixturePrompts } from '@foretoken/fixtures'
import { loadModel } from '@foretoken/runner-llamacpp'
import { describe, expect, it } from 'vitest'
import { inflate } from '../../src/inflate/inflate.js'
import type { ModelShape, SourceShape } from '../../src/inflate/model-shape.js'
import { presetShape } from '../../src/inflate/presets.js'
import { temporaryFolder } from '../temporary-folder.js'
import { greedyText } from './greedy-text.js'

const folder = temporaryFolder()

const modest: ModelShape = { width: 384, feedForward: 640, heads: 6, kvHeads: 2, layers: 8 }

/**
 * Most that a lead of the best token over the second may move, and so the largest lead at which the two texts may part.
 * F16: rounding of the norms, then of the activations. The Q8_0 kernels round activations to one of 255 levels, and what
 * lies between two of them may go either way.
 */
const bounds = { f16: 0.05, q8_0: 0.5 } as const

describe.each(['base', 'moe', 'hybrid'] as const)('an inflated %s model', (name) => {
  it.each(['f16', 'q8_0'] as const)('writes the same text as the original, %s', async (format) => {
    const move = await compareTexts(fixtureModels[name][format], () => modest, fixturePrompts, 48)
    report(`${name} ${format}, width 384`, move)

    expect(move.largest).toBeLessThan(bounds[format])
    expect(move.partings.every((lead) => lead < bounds[format])).toBe(true)
    expect(move.partings.length).toBeLessThan(fixturePrompts.length / 4)
  })
})

describe('the model of the demo', () => {
  it('writes the same text as the original', async () => {
    const some = fixturePrompts.filter(({ id }) => ['rename-walk', 'quote-wall', 'json-order'].includes(id))
    const shape = (source: SourceShape): ModelShape => presetShape('0.2b', source)
    const move = await compareTexts(fixtureModels.base.f16, shape, some, 24)
    report('base f16, 0.2 B', move)

    expect(move).toMatchObject({ partings: [] })
    expect(move.largest).toBeLessThan(bounds.f16)
  })
})

describe('a model with a larger vocabulary', () => {
  it('writes the same text as the original', async () => {
    const some = fixturePrompts.filter(({ id }) => ['rename-walk', 'arithmetic-mugs'].includes(id))
    const shape = (source: SourceShape): ModelShape => ({ ...source, vocabulary: 20_000 })
    const move = await compareTexts(fixtureModels.base.q8_0, shape, some, 48)

    // A lead may be over an added token instead, whose logit is 0.
    expect(move.partings).toEqual([])
  })
})

interface TextComparison {
  /** Largest change of a best token's lead over the second-best, wherever both texts have the same prefix. */
  readonly largest: number
  /** The original's lead where a copy's text parts from it, one entry for each text that is not the same. */
  readonly partings: readonly number[]
}

function report(name: string, { largest, partings }: TextComparison): void {
  const texts = partings.length === 0 ? 'all texts the same' : `${partings.length} texts part at a tie`
  process.stdout.write(`${name}: ${texts}, logits move by at most ${largest.toFixed(5)}\n`)
}

async function compareTexts(
  path: string,
  shape: (source: SourceShape) => ModelShape,
  prompts: readonly FixturePrompt[],
  maxTokens: number,
): Promise<TextComparison> {
  const inflated = await inflate({ path, shape, folder })
  await using original = await loadModel(path, { threads: 1 })
  await using copy = await loadModel(inflated.path, { threads: 1 })
  let largest = 0
  const partings: number[] = []
  for (const { text } of prompts) {
    const prompt = original.tokenize(text, { special: true })
    const expected = await greedyText(original, prompt, { maxTokens })
    const got = await greedyText(copy, prompt, { maxTokens })
    const parting = expected.tokens.findIndex((token, index) => token !== got.tokens[index])
    const compared = parting < 0 ? expected.topGaps : expected.topGaps.slice(0, parting)
    for (const [index, gap] of compared.entries()) {
      largest = Math.max(largest, Math.abs(gap - (got.topGaps[index] ?? Number.NaN)))
    }
    if (parting >= 0) partings.push(expected.topGaps[parting] ?? Number.NaN)
  }
  return { largest, partings }
}
