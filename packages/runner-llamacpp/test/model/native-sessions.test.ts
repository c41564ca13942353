import { mkdtempSync, rmSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { NO_TOKENS, type TargetSession, type Tokens } from '@foretoken/contract'
import { fixtureModels, fixturePath, fixturePrompts } from '@foretoken/fixtures'
import { afterAll, describe, expect, test } from 'vitest'
import { type EngineModel, type EngineTarget, loadModel, type TargetCounters } from '../../src/index.js'
import { engineNames } from '../engine-names.js'
import { refusal } from '../refusal.js'

const folder = mkdtempSync(join(tmpdir(), 'foretoken-native-'))
afterAll(() => rmSync(folder, { recursive: true }))

const load = (name: keyof typeof fixtureModels, options: object = {}): Promise<EngineModel> =>
  loadModel(fixtureModels[name].q8_0, { threads: 1, engine: 'native', ...options })

function promptsOf(model: EngineModel): Tokens[] {
  return fixturePrompts.map(({ text }) => model.tokenize(text, { special: true }))
}

/** A text of the given length that has nothing to repeat from the start. */
async function longPrompt(model: EngineModel, tokens: number): Promise<Tokens> {
  const text = await readFile(fixturePath('models/README.md'), 'utf8')
  const all = model.tokenize(text)
  expect(all.length).toBeGreaterThanOrEqual(tokens)
  return all.subarray(0, tokens)
}

/** What a session says; every draft is true for two tokens of three. */
async function say(session: TargetSession, tokens: number, known: readonly number[] = []): Promise<number[]> {
  const said: number[] = []
  for (let end = ''; end === '' && said.length < tokens; ) {
    const draft = Int32Array.from(
      known.slice(said.length, said.length + 6),
      (token, index) => token + (index > 3 ? 1 : 0),
    )
    const verdict = await session.verify(draft)
    said.push(...draft.subarray(0, verdict.accepted), verdict.next)
    end = verdict.end
  }
  return said.slice(0, tokens)
}

/** What the target did meanwhile. */
async function work(target: EngineTarget, action: () => Promise<unknown>): Promise<TargetCounters> {
  const before = target.counters() ?? expect.fail('no counters')
  await action()
  const after = target.counters() ?? expect.fail('no counters')
  const names = Object.keys(before) as (keyof TargetCounters)[]
  return Object.fromEntries(names.map((name) => [name, after[name] - before[name]])) as unknown as TargetCounters
}

describe.each(engineNames.filter((name) => name === 'native'))('sessions on %s', () => {
  test.each(['base', 'hybrid'] as const)('eight of %s share decodes and say what each says alone', async (name) => {
    await using model = await load(name, { sequences: 8 })
    const prompts = promptsOf(model).slice(0, 8)
    await using alone = await model.openTarget({ sequences: 1 })
    const texts: number[][] = []
    for (const prompt of prompts) {
      await using session = await alone.open(prompt, { reuse: 'none' })
      texts.push(await say(session, 40))
    }
    await using target = await model.openTarget()
    const sessions = await Promise.all(prompts.map((prompt) => target.open(prompt)))
    const { decodes } = await work(target, () => Promise.all(sessions.map((session) => session.verify(NO_TOKENS))))
    expect(decodes).toBe(1)
    const said = await Promise.all(
      sessions.map(async (session, index) => say(session, 39, (texts[index] ?? []).slice(1))),
    )
    expect(said).toEqual(texts.map((text) => text.slice(1)))
  })

  test('nothing is copied where nothing is drafted', async () => {
    await using model = await load('hybrid')
    await using target = await model.openTarget()
    await using session = await target.open(await longPrompt(model, 50))
    expect(target.rollback).toBe('checkpoint')
    const plain = await work(target, () => say(session, 10))
    expect(plain).toMatchObject({ checkpoints: 0, checkpointBytes: 0, replayedTokens: 0 })
    const drafted = await work(target, () => session.verify(Int32Array.of(1, 2, 3)))
    expect(drafted.checkpoints).toBe(1)
    expect(drafted.checkpointBytes).toBeGreaterThan(0)
  })

  test.each(['base', 'hybrid'] as const)('a conversation of %s goes on with its new tokens only', async (name) => {
    await using model = await load(name)
    await using target = await model.openTarget()
    const first = await longPrompt(model, 600)
    await (await target.open(first))[Symbol.asyncDispose]()
    const next = Int32Array.from([...first, ...model.tokenize(' And then, what?')])
    let reused = 0
    const counters = await work(target, async () => {
      await using session = await target.open(next)
      reused = session.reusedTokens
    })
    expect([reused, counters.reusedTokens]).toEqual([599, 599])
    expect(counters.evaluatedTokens).toBe(next.length - 1 - 599)
  })

  test.each([0, 2, 4])('a hybrid with %i snapshots says the same', async (snapshots) => {
    await using plainModel = await load('hybrid')
    await using model = await load('hybrid', { snapshots })
    expect(model.facts.rollback).toBe(snapshots === 0 ? 'checkpoint' : 'bounded')
    await using plain = await plainModel.openTarget()
    await using target = await model.openTarget()
    for (const prompt of promptsOf(model).slice(0, 3)) {
      await using one = await plain.open(prompt)
      await using other = await target.open(prompt)
      const text = await say(one, 40)
      expect(await say(other, 40, text)).toEqual(text)
    }
  })

  test.each(['base', 'hybrid'] as const)('a session of %s comes back from disk, in another target', async (name) => {
    await using model = await load(name)
    const path = join(folder, `${name}.session`)
    const prompt = await longPrompt(model, 200)
    const options = { sampling: { temperature: 0.8, seed: 7 } }
    let expected: number[] = []
    {
      await using target = await model.openTarget()
      await using session = await target.open(prompt, options)
      await say(session, 5)
      await session.save(path)
      expected = await say(session, 30)
    }
    await using target = await model.openTarget()
    let restored: number[] = []
    const { evaluatedTokens } = await work(target, async () => {
      await using session = await target.restore(path, options)
      expect(session.depth).toBeGreaterThan(200)
      restored = await say(session, 30)
    })
    expect(restored).toEqual(expected)
    expect(evaluatedTokens).toBeLessThanOrEqual(30)
    await using other = await load('draft')
    await using wrong = await other.openTarget()
    expect((await refusal(wrong.restore(path))).code).toBe('ERR_MEMORY_FORMAT')
    await using small = await model.openTarget({ contextTokens: 64 })
    expect((await refusal(small.restore(path))).code).toMatch(/^ERR_(MEMORY_FORMAT|CONTEXT_FULL)$/)
    const bytes = await readFile(path)
    await writeFile(path, bytes.subarray(0, -1))
    expect((await refusal(target.restore(path))).code).toBe('ERR_MEMORY_FORMAT')
  })

  test.each(['base', 'hybrid'] as const)('what batches of %s take is measured', async (name) => {
    await using model = await load(name)
    await using target = await model.openTarget()
    const { points, replay } = await target.measureCost({ widths: [1, 2, 8, 17], depth: 100 })
    expect(points.map(({ width }) => width)).toEqual(expect.arrayContaining([1, 2, 8, 17]))
    for (const { seconds } of points) expect(seconds).toBeGreaterThan(0)
    expect(replay === undefined).toBe(name === 'base')
    for (const { seconds } of replay ?? []) expect(seconds).toBeGreaterThan(0)
    await using session = await target.open(Int32Array.of(5))
    expect(session.depth).toBe(1)
  })

  test('how probable the tokens were is told', async () => {
    await using model = await load('base')
    await using target = await model.openTarget()
    await using session = await target.open(promptsOf(model)[0] ?? NO_TOKENS, { topLogProbabilities: 3 })
    const { choices, next } = await session.verify(NO_TOKENS)
    const [choice] = choices ?? []
    expect(choice?.token).toBe(next)
    expect(choice?.top[0]).toEqual({ token: next, logProbability: choice?.logProbability })
    expect(choice?.top).toHaveLength(3)
    expect(choice?.top.every(({ logProbability }) => logProbability <= 0)).toBe(true)
  })
})

test('the environment chooses the engine, and what it asks for is there or refused', async () => {
  const before = process.env['FORETOKEN_ENGINE']
  try {
    for (const engine of engineNames) {
      process.env['FORETOKEN_ENGINE'] = engine
      await using model = await loadModel(fixtureModels.base.q8_0, { threads: 1 })
      expect(model.facts.engine).toBe(engine)
      const { sequences } = (await model.openTarget()) as EngineTarget
      expect(sequences).toBe(1)
    }
    process.env['FORETOKEN_ENGINE'] = 'other'
    expect((await refusal(loadModel(fixtureModels.base.q8_0))).code).toBe('ERR_OPTION_INVALID')
  } finally {
    if (before === undefined) delete process.env['FORETOKEN_ENGINE']
    else process.env['FORETOKEN_ENGINE'] = before
  }
})
