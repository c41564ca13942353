import { readFileSync } from 'node:fs'
import type { Tokens } from '@foretoken/contract'
import { fixtureModels, fixturePath } from '@foretoken/fixtures'
import { describe, expect, test } from 'vitest'
import { type LoadedModel, loadModel } from '../../src/index.js'
import { engineNames } from '../engine-names.js'

// llama.cpp's kernels change at 2 tokens, at 64 tokens and at 512 cells, which are in use from a depth of 256 on.
const widths = [2, 3, 8, 17, 33, 63, 64, 100]
const card = readFileSync(fixturePath('models/README.md'), 'utf8')

interface Decision {
  readonly token: number
  /** By how much; not known of accepted tokens. */
  readonly gap: number | undefined
}

/** What a model says next, deciding up to `width` tokens at a time; `text` is what it will say. */
async function decide(model: LoadedModel, prompt: Tokens, { width, text }: { width: number; text: readonly number[] }) {
  await using target = await model.openTarget({ contextTokens: 1024 })
  await using session = await target.open(prompt)
  const decided: Decision[] = []
  for (let end = ''; end === '' && decided.length < text.length; ) {
    const draft = Int32Array.from(text.slice(decided.length, decided.length + width - 1))
    const verdict = await session.verify(draft)
    for (const token of draft.subarray(0, verdict.accepted)) decided.push({ token, gap: undefined })
    decided.push({ token: verdict.next, gap: verdict.topGap })
    end = verdict.end
  }
  return decided.slice(0, text.length)
}

/** Decides one text token by token and then in each width: the same tokens by the same leads, to the last bit. */
async function expectEqualWidths(
  model: LoadedModel,
  { promptTokens, textTokens, widths }: { promptTokens: number; textTokens: number; widths: readonly number[] },
): Promise<void> {
  const tokens = model.tokenize(card)
  const unknown = Array.from({ length: textTokens }, () => -1)
  let [prompt, plain]: [Tokens, Decision[]] = [tokens, []]
  // A place of the model card from which on the model says enough.
  for (let start = 0; plain.length < textTokens; start += 30) {
    expect(tokens.length).toBeGreaterThan(start + promptTokens)
    prompt = tokens.subarray(start, start + promptTokens)
    plain = await decide(model, prompt, { width: 1, text: unknown })
  }
  const text = plain.map(({ token }) => token)
  for (const width of widths) {
    const decided = await decide(model, prompt, { width, text })
    const expected = plain.map(({ token, gap }, index) => {
      return { token, gap: decided[index]?.gap === undefined ? undefined : gap }
    })
    expect({ width, decided }).toEqual({ width, decided: expected })
  }
}

const models = ['base', 'moe', 'hybrid', 'draft'] as const
const cases = engineNames.flatMap((engine) => models.map((name) => ({ name, engine })))

describe.each(cases)('the Q8_0 $name model on $engine decides alike in every width', ({ name, engine }) => {
  test.each([
    { promptTokens: 200, textTokens: 100 },
    { promptTokens: 500, textTokens: 100 },
  ])('$textTokens tokens behind $promptTokens', async (lengths) => {
    await using model = await loadModel(fixtureModels[name].q8_0, { threads: 1, engine })
    await expectEqualWidths(model, { ...lengths, widths })
  })
})

test.each(engineNames)('also with several threads on %s', async (engine) => {
  await using model = await loadModel(fixtureModels.base.q8_0, { threads: 2, engine })
  await expectEqualWidths(model, { promptTokens: 300, textTokens: 8, widths: [4] })
})

test.each(engineNames)('a kernel that sums otherwise in wide batches is noticed on %s', async (engine) => {
  await using model = await loadModel(fixtureModels.base.q8_0, { threads: 1, attention: 'fast', engine })
  const sizes = { promptTokens: 200, textTokens: 100 }
  await expectEqualWidths(model, { ...sizes, widths: [1] })
  await expect(expectEqualWidths(model, { ...sizes, widths: [64] })).rejects.toThrow('deeply equal')
})
