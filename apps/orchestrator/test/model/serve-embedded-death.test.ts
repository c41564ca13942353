import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suffixDrafter } from '@foretoken/drafter-suffix'
import { fixtureModels, fixturePrompts } from '@foretoken/fixtures'
import { loadTokenizer } from '@foretoken/runner-llamacpp'
import { afterAll, expect, test } from 'vitest'
import { embeddedEngine } from '../../src/serve/embedded/embedded-engine.js'
import type { EngineLogEvent, ServingEngine } from '../../src/serve/serving-engine.js'
import type { TextEvent } from '../../src/serve/text-event.js'
import type { TextRequest } from '../../src/serve/text-request.js'
import { completion, readAnswer } from '../serving-answers.js'

const folder = mkdtempSync(join(tmpdir(), 'foretoken-'))
afterAll(() => rmSync(folder, { recursive: true }))

interface Started {
  readonly engine: ServingEngine
  readonly log: readonly EngineLogEvent[]
  /** Ends the process that runs now, as the system would. */
  kill(): void
}

async function start(options: { readonly memory?: string; readonly draft?: string } = {}): Promise<Started> {
  const log: EngineLogEvent[] = []
  const path = fixtureModels.base.q8_0
  const engine = await embeddedEngine({ path, load: { engine: 'native', threads: 1 }, slots: 4, ...options })({
    signal: new AbortController().signal,
    onProgress: () => {},
    onEvent: (event) => log.push(event),
  })
  const kill = (): void => {
    const pid = log.findLast(({ kind }) => kind === 'started')?.message.match(/process (\d+)/)?.[1]
    process.kill(Number(pid), 'SIGKILL')
  }
  return { engine, log, kill }
}

const tool = {
  name: 'note',
  parameters: { type: 'object', properties: { text: { type: 'string', maxLength: 60 } }, required: ['text'] },
}

function requests(): TextRequest[] {
  const prompts = fixturePrompts.slice(0, 3).map(({ text }) => text)
  const messages = [{ role: 'user' as const, content: 'Note something.' }]
  const called: TextRequest = {
    ...completion('', { maxTokens: 100, topLogProbabilities: 1 }),
    input: { kind: 'chat', messages, tools: [tool], toolChoice: 'required' },
  }
  return [...prompts.map((prompt) => completion(prompt, { sampling: { temperature: 0.7, seed: 5 } })), called]
}

/** All that a client sees, but for the calls' random names. */
function seen(events: readonly TextEvent[]): unknown {
  return events.flatMap((event) => (event.kind === 'tool-call' ? [{ ...event.call, id: '' }] : []))
}

test('answers go on as if nothing had happened when the process is killed', async () => {
  const { engine, log, kill } = await start()
  await using _ = engine
  const all = requests()
  const undisturbed = await Promise.all(all.map((request) => readAnswer(engine, request)))
  let steps = 0
  const onEvent = (event: TextEvent): void => {
    if (event.kind === 'piece' && event.step !== undefined && ++steps % 40 === 25) kill()
  }
  const disturbed = await Promise.all(all.map((request) => readAnswer(engine, request, { onEvent })))
  expect(log.filter(({ kind }) => kind === 'died').length).toBeGreaterThan(0)
  for (const [index, answer] of disturbed.entries()) {
    expect(answer.text).toBe(undisturbed[index]?.text)
    expect(seen(answer.events)).toEqual(seen(undisturbed[index]?.events ?? []))
    expect(answer.steps.map((step) => step.index)).toEqual([...answer.steps.keys()])
    expect(answer.events.filter(({ kind }) => kind === 'start')).toHaveLength(1)
    expect(answer.end).toMatchObject({
      finish: undisturbed[index]?.end.finish,
      completionTokens: undisturbed[index]?.end.completionTokens,
    })
  }
  expect(seen(disturbed.at(-1)?.events ?? [])).toHaveLength(1)
})

/** Tokens that a memory file holds of a scope. */
async function remembered(memory: string, scope: string): Promise<number> {
  await using tokenizer = await loadTokenizer(fixtureModels.base.q8_0)
  using drafter = suffixDrafter({ tokenizerFingerprint: tokenizer.facts.tokenizerFingerprint })
  await drafter.load(memory)
  return drafter.stats(scope).tokens
}

test('what drafters remember outlives the engine, and a damaged memory is put aside', async () => {
  const memory = join(folder, 'base.ftmem')
  const ask = async (index: number): Promise<readonly EngineLogEvent[]> => {
    const { engine, log } = await start({ memory })
    await readAnswer(engine, completion(fixturePrompts[index]?.text ?? '', { scope: 'key' }))
    await engine[Symbol.asyncDispose]()
    return log
  }
  await ask(3)
  const first = await remembered(memory, 'key')
  expect(first).toBeGreaterThan(32)
  await ask(4)
  expect(await remembered(memory, 'key')).toBeGreaterThan(first)
  expect(await remembered(memory, 'another')).toBe(0)
  writeFileSync(memory, 'no memory')
  const log = await ask(3)
  expect(log.find(({ kind }) => kind === 'log')?.message).toContain('put aside')
  expect(existsSync(`${memory}.unusable`)).toBe(true)
  expect(await remembered(memory, 'key')).toBe(first)
})

test('a draft model drafts besides the others, and can be asked for alone', async () => {
  const { engine } = await start({ draft: fixtureModels.draft.q8_0 })
  await using _ = engine
  expect(engine.facts.drafters).toEqual(['lookup', 'suffix', 'model'])
  const plain = requests().slice(0, 3)
  const texts = await Promise.all(
    plain.map((request) => readAnswer(engine, { ...request, speculation: { off: true } })),
  )
  const drafted = await Promise.all(
    plain.map((request) => readAnswer(engine, { ...request, speculation: { drafters: ['model'] } })),
  )
  expect(drafted.map(({ text }) => text)).toEqual(texts.map(({ text }) => text))
  const makers = new Set(drafted.flatMap(({ steps }) => steps.map(({ drafter }) => drafter)))
  expect([...makers].every((maker) => maker === 'model' || maker === '')).toBe(true)
})

test('an engine whose start is cancelled leaves nothing behind', async () => {
  const controller = new AbortController()
  const starting = embeddedEngine({ path: fixtureModels.base.q8_0 })({
    signal: controller.signal,
    onProgress: () => controller.abort(),
    onEvent: () => {},
  })
  await expect(starting).rejects.toMatchObject({ code: 'ERR_ABORTED' })
})
