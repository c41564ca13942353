import type { TargetSessionOptions, Tokens } from '@foretoken/contract'
import { fixtureModels, fixturePrompts } from '@foretoken/fixtures'
import { type EngineModel, jsonSchemaGrammar, loadModel, modelDrafter } from '@foretoken/runner-llamacpp'
import { afterAll, describe, expect, test } from 'vitest'
import { everyDrafter, oracleOf } from '../every-drafter.js'
import { frozenPenaltyTarget } from '../frozen-penalty-target.js'
import { nativeEngines } from '../native-engines.js'
import { type Said, say } from '../say.js'

// On one thread, and with attention that rounds alike at every width, Q8_0 logits are the same to the last bit, those of
// models with experts nearly so: whatever is drafted, not one token may differ.

const maxTokens = 48
const ids = ['rename-walk', 'quote-wall', 'json-list']
const penalties = { repeat: 1.3, lastTokens: 64 }

const sampled = { temperature: 0.8, seed: 5 }

/** How tokens are chosen. */
const modes: Readonly<Record<string, TargetSessionOptions>> = {
  greedy: {},
  sampled: { sampling: { temperature: 0.9, seed: 20_261_121, topK: 60, topP: 0.98 } },
  'with penalties': { sampling: { penalties } },
  'sampled with penalties': { sampling: { ...sampled, penalties } },
  'with DRY': { sampling: { dry: { multiplier: 2, allowedTokens: 1, breakers: ['\n'] } } },
  'with a grammar': {
    grammar: jsonSchemaGrammar({
      type: 'object',
      properties: {
        name: { type: 'string', maxLength: 20 },
        tags: { type: 'array', items: { type: 'string', maxLength: 8 } },
      },
      required: ['name', 'tags'],
    }),
  },
}

/** What a mode must matter against, where that is not greedy decoding. */
const without: Readonly<Record<string, TargetSessionOptions>> = { 'sampled with penalties': { sampling: sampled } }

function promptsOf(model: EngineModel): Tokens[] {
  const chosen = fixturePrompts.filter(({ id }) => ids.includes(id))
  expect(chosen).toHaveLength(ids.length)
  return chosen.map(({ text }) => model.tokenize(text, { special: true }))
}

const names = ['base', 'moe', 'hybrid', 'draft'] as const
const cases = (await nativeEngines()).flatMap((engine) => names.map((name) => ({ name, engine })))

describe.each(cases)('the Q8_0 $name model on $engine', async ({ name, engine }) => {
  const model = await loadModel(fixtureModels[name].q8_0, { threads: 1, engine, contextTokens: 1024 })
  const target = await model.openTarget()
  const draftModel = await modelDrafter(fixtureModels.draft.q8_0, { target: model })
  afterAll(async () => {
    await draftModel[Symbol.asyncDispose]()
    await model[Symbol.asyncDispose]()
  })
  const prompts = promptsOf(model)
  const sayAll = async (session: TargetSessionOptions) => {
    const said: Said[] = []
    for (const prompt of prompts) said.push(await say({ target, prompt, session, maxTokens }))
    return said
  }
  const greedy = await sayAll({})

  const drafters = everyDrafter(model, draftModel)

  test('rounds alike whatever is decoded beside', async () => {
    for (const [index, prompt] of prompts.entries()) {
      const text = greedy[index]?.tokens ?? []
      const gaps = async (width: number) => {
        await using session = await target.open(prompt)
        const found: number[] = []
        for (let end = ''; end === '' && found.length < 20; ) {
          const wrong = prompt.find((token) => token !== text[found.length]) ?? 0
          const verdict = await session.verify(new Int32Array(width - 1).fill(wrong))
          expect([verdict.accepted, verdict.width]).toEqual([0, width])
          found.push(verdict.topGap ?? Number.NaN)
          end = verdict.end
        }
        return found
      }
      const alone = await gaps(1)
      expect(alone.length).toBeGreaterThan(3)
      const beside = await gaps(9)
      if (name !== 'moe') expect(beside).toEqual(alone)
      // ggml multiplies the router's F32 weights in another order for one token than for several (`llamafile_sgemm`).
      expect(beside).toHaveLength(alone.length)
      for (const [place, gap] of beside.entries()) expect(Math.abs(gap - (alone[place] ?? 0))).toBeLessThan(0.005)
    }
  })

  test.each(Object.keys(modes))('says the same %s, whatever is drafted', async (mode) => {
    const session = modes[mode] ?? expect.fail()
    const plain = await sayAll(session)
    if (mode !== 'greedy') expect(textsOf(plain)).not.toEqual(textsOf(await sayAll(without[mode] ?? {})))
    for (const [drafterName, create] of Object.entries(drafters)) {
      let [drafted, accepted] = [0, 0]
      for (const [index, prompt] of prompts.entries()) {
        const expected = plain[index] ?? expect.fail()
        const drafting = await create(Int32Array.from(expected.tokens), prompt)
        using _drafter = drafting.drafter
        const said = await say({ target, prompt, session, maxTokens, ...drafting })
        const told = { mode, drafterName, prompt: ids[index] }
        expect({ ...told, ...said, drafted: 0, accepted: 0 }).toEqual({ ...told, ...expected, drafted: 0, accepted: 0 })
        drafted += said.drafted
        accepted += said.accepted
      }
      expect({ drafterName, drafts: drafted > 0 }).toEqual({ drafterName, drafts: true })
      if (drafterName === 'oracle') expect(accepted).toBe(drafted)
    }
  })

  test('a penalty that is brought up to date once a batch is found out', async () => {
    const frozen = { presence: 2, frequency: 1, lastTokens: 64 }
    const session = { sampling: { penalties: frozen } }
    const offender = frozenPenaltyTarget(target, frozen)
    let differences = 0
    for (const prompt of prompts) {
      const plain = await say({ target, prompt, session, maxTokens })
      // Token by token it is as good as the engine's own …
      expect((await say({ target: offender, prompt, session: {}, maxTokens })).tokens).toEqual(plain.tokens)
      const drafted = await say({ target, prompt, session, maxTokens, drafter: oracleOf(prompt, plain.tokens) })
      expect(drafted.tokens).toEqual(plain.tokens)
      // … and in batches it is not.
      const wrong = await say({
        target: offender,
        prompt,
        session: {},
        maxTokens,
        drafter: oracleOf(prompt, plain.tokens),
      })
      if (String(wrong.tokens) !== String(plain.tokens)) differences++
    }
    expect(differences).toBeGreaterThan(0)
  })
})

function textsOf(said: readonly Said[]): readonly (readonly number[])[] {
  return said.map(({ tokens }) => tokens)
}
