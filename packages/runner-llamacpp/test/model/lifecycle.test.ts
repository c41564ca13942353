import { SpeculationError } from '@foretoken/contract'
import { fixtureModels } from '@foretoken/fixtures'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { startEngine } from '../../src/engine.js'
import { loadModel } from '../../src/index.js'
import { engineNames } from '../engine-names.js'

const prompt = Int32Array.from({ length: 300 }, (_, index) => 10 + index)
const draft = Int32Array.of(1, 2, 3)

async function codeOf(action: Promise<unknown>): Promise<string> {
  try {
    await action
    return 'done'
  } catch (error) {
    if (SpeculationError.is(error)) return error.code
    throw error
  }
}

describe.each(engineNames)('on %s', (engine) => {
  const options = { threads: 1, contextTokens: 512, engine }

  test('a model, its targets and their sessions close in any order, at once and twice', async () => {
    const order = fc.shuffledSubarray([0, 1, 2, 3, 4], { minLength: 1 })
    await fc.assert(
      fc.asyncProperty(fc.constantFrom('base', 'hybrid'), order, fc.boolean(), async (name, indexes, atOnce) => {
        const model = await loadModel(fixtureModels[name].q8_0, options)
        const targets = [await model.openTarget(), await model.openTarget({ contextTokens: 100 })] as const
        const sessions = [await targets[0].open(prompt), await targets[1].open(prompt.subarray(0, 50))] as const
        await sessions[0].verify(draft)
        const parts = [model, ...targets, ...sessions]
        const close = (index: number) => parts[index]?.[Symbol.asyncDispose]()
        if (atOnce) await Promise.all(indexes.map(close))
        else for (const index of indexes) await close(index)
        for (const part of parts.toReversed()) await part[Symbol.asyncDispose]()
        for (const session of sessions) expect(await codeOf(session.verify(draft))).toBe('ERR_SESSION_CLOSED')
        for (const target of targets) expect(await codeOf(target.open(prompt))).toBe('ERR_SESSION_CLOSED')
        expect(await codeOf(model.openTarget())).toBe('ERR_SESSION_CLOSED')
        expect(() => model.tokenize('a')).toThrow('closed')
        expect(() => model.textDecoder()).toThrow('closed')
        expect(() => model.chatPrompt([])).toThrow('closed')
      }),
      { numRuns: 12 },
    )
  })

  test('closing waits for what is running', async () => {
    for (const name of ['base', 'hybrid'] as const) {
      const model = await loadModel(fixtureModels[name].q8_0, options)
      const target = await model.openTarget()
      const session = await target.open(prompt)
      const verifying = codeOf(session.verify(draft))
      const opening = codeOf(model.openTarget().then((other) => other.open(prompt)))
      const another = codeOf(model.openTarget())
      await model[Symbol.asyncDispose]()
      expect(await verifying).toBe('done')
      expect(['done', 'ERR_SESSION_CLOSED']).toContain(await opening)
      expect(await another).toBe('done')
    }
  })

  test('two models and three targets work side by side', async () => {
    await using base = await loadModel(fixtureModels.base.q8_0, options)
    await using hybrid = await loadModel(fixtureModels.hybrid.q8_0, options)
    const alone = await base.openTarget()
    const session = await alone.open(prompt)
    const expected = [await session.verify(draft), await session.verify(draft)].map(({ next, topGap }) => [
      next,
      topGap,
    ])
    const targets = await Promise.all([base.openTarget(), hybrid.openTarget(), base.openTarget()])
    const sessions = await Promise.all(targets.map((target) => target.open(prompt)))
    const first = await Promise.all(sessions.map((each) => each.verify(draft)))
    const second = await Promise.all(sessions.map((each) => each.verify(draft)))
    for (const index of [0, 2]) {
      const said = [first[index], second[index]].map((verdict) => [verdict?.next, verdict?.topGap])
      expect(said).toEqual(expected)
    }
  })

  test('a context is refused that the model was not trained for', async () => {
    await using model = await loadModel(fixtureModels.base.q8_0, options)
    for (const contextTokens of [15, 2049, 100.5]) {
      expect(await codeOf(model.openTarget({ contextTokens }))).toBe('ERR_OPTION_INVALID')
    }
  })
})

test('a context of node-llama-cpp for which memory is short is refused, and the model goes on', async () => {
  await using model = await loadModel(fixtureModels.base.q8_0, {
    threads: 1,
    contextTokens: 512,
    engine: 'node-llama-cpp',
  })
  const { llama } = await startEngine()
  await llama.setRamCap(1)
  try {
    expect(await codeOf(model.openTarget())).toBe('ERR_BUDGET_EXCEEDED')
  } finally {
    await llama.setRamCap(null)
  }
  await using target = await model.openTarget()
  expect(await codeOf(target.open(prompt))).toBe('done')
})
