import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Tokens } from '@foretoken/contract'
import { fixtureModels, fixturePrompts } from '@foretoken/fixtures'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type EngineEvent, type EngineHost, type ModelFacts, startEngineHost, type TextStep } from '../../src/index.js'

interface Request {
  readonly prompt: Tokens
  readonly maxTokens: number
}

const worker = join(import.meta.dirname, 'host-worker.mjs')
const folder = mkdtempSync(join(tmpdir(), 'foretoken-'))

beforeAll(() => {
  const built = join(import.meta.dirname, '../../dist/index.js')
  if (!existsSync(built)) throw new Error(`${built} is missing: npm run -s setup builds it`)
})
afterAll(() => rmSync(folder, { recursive: true }))

const start = (path: string, onEvent?: (event: EngineEvent) => void): Promise<EngineHost<ModelFacts, Request>> =>
  startEngineHost({ worker, config: { path }, ...(onEvent && { onEvent }) })

async function textOf(steps: AsyncIterable<TextStep>, onStep: () => void = () => {}): Promise<string> {
  let text = ''
  for await (const { pieces } of steps) {
    text += pieces.map((piece) => piece.text).join('')
    onStep()
  }
  return text
}

test('a text goes on as if nothing had happened when its engine is killed, at twenty moments', async () => {
  const events: EngineEvent[] = []
  await using host = await start(fixtureModels.base.q8_0, (event) => events.push(event))
  expect(host.facts.architecture).toBe('qwen3')
  const prompts = fixturePrompts.slice(0, 4)
  const requests = await Promise.all(
    prompts.map(async ({ text }) => ({ prompt: (await host.call('tokenize', text)) as Tokens, maxTokens: 48 })),
  )
  const undisturbed = await Promise.all(requests.map((request) => textOf(host.generate(request))))
  let steps = 0
  let kills = 0
  for (let round = 0; kills < 20; round++) {
    // A step in between, so that no request is given up; the moment in the step is the machine's choice.
    const onStep = () => {
      if (++steps % (5 + (round % 7)) !== 0 || kills >= 20 || host.pid === undefined) return
      kills++
      process.kill(host.pid, 'SIGKILL')
    }
    const texts = await Promise.all(requests.map((request) => textOf(host.generate(request), onStep)))
    expect(texts).toEqual(undisturbed)
  }
  expect(host.restarts).toBeGreaterThanOrEqual(15)
  expect(events.filter(({ kind }) => kind === 'died')).toHaveLength(host.restarts)
})

test('a file on which llama.cpp gives up ends the engine, not the host', async () => {
  const damaged = join(folder, 'damaged.gguf')
  const bytes = readFileSync(fixtureModels.base.q8_0)
  // The value stands behind the key and four bytes that name its type.
  const key = 'qwen3.rope.dimension_count'
  const at = bytes.indexOf(`${key}\u0004`)
  expect(at).toBeGreaterThan(0)
  bytes.writeUInt32LE(9_999, at + key.length + 4)
  writeFileSync(damaged, bytes)
  await expect(start(damaged)).rejects.toMatchObject({
    code: 'ERR_ENGINE_LOST',
    message:
      'the engine was ended by SIGABRT (qwen3.cpp:57: GGML_ASSERT(n_embd_head == n_rot) failed) before its model was loaded',
  })
})

test('a request over which the engine dies is given up, and the next one is answered', async () => {
  await using host = await start(fixtureModels.draft.q8_0)
  await expect(host.call('crash', undefined)).rejects.toMatchObject({ code: 'ERR_ENGINE_LOST' })
  expect(host.restarts).toBeGreaterThanOrEqual(2)
  expect(await host.call('tokenize', 'a')).toBeInstanceOf(Int32Array)
})
