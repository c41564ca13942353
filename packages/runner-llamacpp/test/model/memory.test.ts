import { existsSync, readdirSync } from 'node:fs'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { fixtureModels } from '@foretoken/fixtures'
import { expect, test } from 'vitest'
import { type EngineName, type LoadedModel, loadModel } from '../../src/index.js'
import { engineNames } from '../engine-names.js'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

const openFiles = '/proc/self/fd'

/** Once through everything that takes memory: a model, its context, the tokens, drafts that are refused. */
async function load(path: string, engine: EngineName): Promise<LoadedModel> {
  const model = await loadModel(path, { threads: 1, contextTokens: 512, engine })
  const target = await model.openTarget()
  const prompt = model.chatPrompt([{ role: 'user', content: 'Repeat this text exactly:\nA red lamp.' }])
  const session = await target.open(prompt)
  for (let step = 0; step < 4; step++) await session.verify(Int32Array.of(step, 1, 2))
  return model
}

async function used(): Promise<{ readonly bytes: number; readonly files: number }> {
  for (let round = 0; round < 3; round++) {
    collectGarbage()
    await new Promise((resolve) => setImmediate(resolve))
  }
  // Only Linux shows a process its open files.
  const files = existsSync(openFiles) ? readdirSync(openFiles).length : 0
  return { bytes: process.memoryUsage.rss(), files }
}

const rounds = 30
/** By then the engine and the compiler have what they keep. */
const warmRounds = 10
/**
 * The allocator's arenas go on growing, by 1.6 MiB a round at worst when both engines' threads take part (with one arena,
 * not at all). The smallest thing that could stay is the weights, 3 MiB a round, a context is 9.
 */
const boundBytes = 45 * 2 ** 20

/** Goes through many models; neither memory nor open files may grow. */
async function expectFlat(cycle: () => Promise<void>): Promise<void> {
  for (let round = 0; round < warmRounds; round++) await cycle()
  const before = await used()
  for (let round = warmRounds; round < rounds; round++) await cycle()
  const after = await used()
  expect(after.bytes - before.bytes).toBeLessThan(boundBytes)
  expect(after.files).toBe(before.files)
}

const cases = engineNames.flatMap((engine) => (['base', 'hybrid'] as const).map((name) => ({ name, engine })))

test.each(cases)('thirty $name models one after another on $engine take no more memory than ten', ({ name, engine }) =>
  expectFlat(async () => {
    const model = await load(fixtureModels[name].q8_0, engine)
    await model[Symbol.asyncDispose]()
  }),
)

test.each(engineNames)('thirty models that stay are noticed on %s', async (engine) => {
  const kept: LoadedModel[] = []
  const keeping = expectFlat(async () => {
    kept.push(await load(fixtureModels.base.q8_0, engine))
  })
  await expect(keeping).rejects.toThrow('to be less than')
  for (const model of kept) await model[Symbol.asyncDispose]()
})
