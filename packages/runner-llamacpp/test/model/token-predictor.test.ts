import { SpeculationError } from '@foretoken/contract'
import { fixtureModels, fixturePrompts } from '@foretoken/fixtures'
import {
  getLlama,
  type Llama,
  LlamaChatSession,
  LlamaLogLevel,
  type LlamaModel,
  type TokenPredictor,
} from 'node-llama-cpp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { asTokenPredictor } from '../../src/token-predictor.js'
import { copyingDrafter } from '../simple-drafters.js'

let llama: Llama

beforeAll(async () => {
  llama = await getLlama({ gpu: false, build: 'never', skipDownload: true, logLevel: LlamaLogLevel.error })
})

afterAll(async () => {
  await llama.dispose()
})

interface Chat {
  readonly texts: readonly string[]
  readonly usedPredictions: number
}

async function chat(model: LlamaModel, questions: readonly string[], tokenPredictor?: TokenPredictor): Promise<Chat> {
  const context = await model.createContext({ contextSize: 1024, threads: 1 })
  try {
    const contextSequence = context.getSequence({ ...(tokenPredictor && { tokenPredictor }) })
    const session = new LlamaChatSession({ contextSequence, systemPrompt: '' })
    const texts: string[] = []
    for (const question of questions) texts.push(await session.prompt(question, { temperature: 0, maxTokens: 150 }))
    return { texts, usedPredictions: contextSequence.tokenPredictions.used }
  } finally {
    await context.dispose()
  }
}

describe('a LlamaChatSession', () => {
  test('says the same with our drafter, by using its predictions', async () => {
    const model = await llama.loadModel({ modelPath: fixtureModels.base.q8_0 })
    // The second question of a session finds the first one's answer in its state.
    const questions = fixturePrompts
      .filter(({ kind }) => kind === 'rename')
      .map(({ messages }) => messages[0]?.content ?? '')
    const plain = await chat(model, questions.slice(0, 2))
    using drafter = copyingDrafter()
    const predicted = await chat(model, questions.slice(0, 2), asTokenPredictor(drafter))
    expect(predicted.texts).toEqual(plain.texts)
    expect(plain.texts.join('').length).toBeGreaterThan(100)
    expect(predicted.usedPredictions).toBeGreaterThan(50)
    await model.dispose()
  })

  test('throws on a hybrid model, whose text it would change', async () => {
    const model = await llama.loadModel({ modelPath: fixtureModels.hybrid.q8_0 })
    using drafter = copyingDrafter()
    const error: unknown = await chat(model, ['Hello'], asTokenPredictor(drafter)).catch((reason) => reason)
    expect(SpeculationError.is(error, 'ERR_MODEL_UNSUPPORTED')).toBe(true)
    await model.dispose()
  })
})
