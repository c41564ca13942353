import type { TargetSessionOptions, Tokens } from '@foretoken/contract'
import { fixtureModels, fixturePrompts } from '@foretoken/fixtures'
import { afterAll, describe, expect, test } from 'vitest'
import { generateText, jsonSchemaGrammar, loadModel } from '../../src/index.js'
import { engineNames } from '../engine-names.js'
import { copyingDrafter } from '../simple-drafters.js'

const maxTokens = 40
const penalties = { repeat: 1.3 }
const grammar = jsonSchemaGrammar({
  type: 'object',
  properties: { name: { type: 'string', maxLength: 12 }, sizes: { type: 'array', items: { type: 'integer' } } },
  required: ['name', 'sizes'],
})

const greedy: Readonly<Record<string, TargetSessionOptions>> = { greedy: {} }
const native: Readonly<Record<string, TargetSessionOptions>> = {
  ...greedy,
  penalties: { sampling: { penalties } },
  'penalties and a temperature': { sampling: { temperature: 0.9, seed: 3, penalties } },
  DRY: { sampling: { dry: { multiplier: 2, allowedTokens: 1, breakers: ['\n'] } } },
  'a grammar': { grammar },
  'a grammar and a temperature': { grammar, sampling: { temperature: 1, seed: 8, topK: 40 } },
}

const models = ['base', 'hybrid'] as const
const cases = engineNames.flatMap((engine) => models.map((name) => ({ name, engine })))

describe.each(cases)('an interrupted text of the $name model on $engine', async ({ name, engine }) => {
  const model = await loadModel(fixtureModels[name].q8_0, { threads: 1, engine })
  const target = await model.openTarget()
  afterAll(async () => await model[Symbol.asyncDispose]())
  const prompt = model.tokenize(fixturePrompts.find(({ id }) => id === 'quote-wall')?.text ?? '', { special: true })

  const write = async (session: TargetSessionOptions, answer?: Tokens) => {
    using drafter = copyingDrafter()
    const tokens: number[] = [...(answer ?? [])]
    const options = { model, target, prompt, session, maxTokens, drafter, draftTimeoutMs: 60_000 }
    for await (const { step } of generateText({ ...options, ...(answer && { answer }) })) tokens.push(...step.tokens)
    return tokens
  }

  const modes = engine === 'native' ? native : greedy
  test.each(Object.keys(modes))('goes on as it would have, with %s', async (mode) => {
    const session = modes[mode] ?? expect.fail()
    const whole = await write(session)
    expect(whole.length).toBeGreaterThan(8)
    for (const written of [1, 2, 7, whole.length >> 1, whole.length - 1])
      expect(await write(session, Int32Array.from(whole.slice(0, written)))).toEqual(whole)
  })

  // The other engine knows no grammar.
  if (engine === 'native') {
    test('would not, were its beginning taken for the prompt', async () => {
      const whole = await write({ grammar })
      const text = Int32Array.of(...prompt, ...whole.slice(0, 7))
      const rest = async (answerTokens: number) => {
        await using session = await target.open(text, { grammar, answerTokens })
        return (await session.verify(new Int32Array())).next
      }
      expect(await rest(7)).toBe(whole[7])
      expect(await rest(0)).not.toBe(whole[7])
    })
  }

  test('is refused where it is longer than the prompt', async () => {
    for (const answerTokens of [-1, 1.5, prompt.length + 1]) {
      await expect(target.open(prompt, { answerTokens })).rejects.toMatchObject({ code: 'ERR_OPTION_INVALID' })
    }
  })
})
