import { readdirSync } from 'node:fs'
import { fixtureModels, fixturePrompts } from '@foretoken/fixtures'
import { generateText, type LoadedModel, loadModel } from '@foretoken/runner-llamacpp'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import type { EngineLogEvent, ServingEngine } from '../../src/serve/serving-engine.js'
import type { ChatInput } from '../../src/serve/text-request.js'
import { llamaServerEngine } from '../../src/serve/upstream/llama-server-engine.js'
import type { LlamaServerEngineOptions } from '../../src/serve/upstream/llama-server-options.js'
import { completion, readAnswer } from '../serving-answers.js'

const { llamaServer: program } = inject('engines')
const path = fixtureModels.base.q8_0
const prompt = fixturePrompts.find(({ id }) => id === 'rename-walk')?.text ?? ''

async function started(options: Partial<LlamaServerEngineOptions> = {}, onEvent = (_: EngineLogEvent) => {}) {
  const start = llamaServerEngine({ path, program, threads: 1, slots: 1, contextTokens: 1_024, ...options })
  return await start({ signal: new AbortController().signal, onProgress: () => {}, onEvent })
}

function chat(content: string, more: Partial<ChatInput> = {}): ChatInput {
  return { kind: 'chat', messages: [{ role: 'user', content }], tools: [], toolChoice: 'auto', ...more }
}

describe('the same answer as of the engine in this process', () => {
  let model: LoadedModel
  let server: ServingEngine
  let drafting: ServingEngine
  beforeAll(async () => {
    model = await loadModel(path, { threads: 1 })
    server = await started()
    drafting = await started({ lookup: { matchTokens: 3, maxTokens: 8 } })
  })
  afterAll(async () => {
    await server[Symbol.asyncDispose]()
    await drafting[Symbol.asyncDispose]()
    await model[Symbol.asyncDispose]()
  })

  async function textHere(tokens: Int32Array, maxTokens: number): Promise<string> {
    await using target = await model.openTarget()
    let text = ''
    for await (const { pieces } of generateText({ model, target, prompt: tokens, maxTokens })) {
      text += pieces.map((piece) => piece.text).join('')
    }
    return text
  }

  test('to a prompt', async () => {
    const { text, events, end } = await readAnswer(server, completion(prompt))
    expect(text).toBe(await textHere(model.tokenize(prompt, { special: true }), 48))
    expect(text.length).toBeGreaterThan(40)
    expect(events[0]).toEqual({
      kind: 'start',
      promptTokens: model.tokenize(prompt, { special: true }).length,
      reusedTokens: 0,
    })
    expect(end).toEqual({ kind: 'end', finish: 'length', completionTokens: 48 })
  })

  test('to a conversation, and it counts the same tokens', async () => {
    const input = chat('Rename total to sum.')
    const request = completion('', { input, maxTokens: 24 })
    const tokens = model.chatPrompt([{ role: 'user', content: 'Rename total to sum.' }])
    const { text, events } = await readAnswer(server, request)
    expect(text).toBe(await textHere(tokens, 24))
    expect(events[0]).toMatchObject({ kind: 'start', promptTokens: tokens.length })
    expect(await server.countTokens(request)).toBe(tokens.length)
    expect(await server.countTokens(completion(prompt))).toBe(model.tokenize(prompt, { special: true }).length)
  })

  test('with llama-server’s own drafts, which are told step by step', async () => {
    const text = 'one two three four five six seven. one two three four five six seven. one two three'
    const plain = await readAnswer(server, completion(text))
    const drafted = await readAnswer(drafting, completion(text))
    expect(drafted.text).toBe(plain.text)
    const { summary } = drafted.end
    expect(summary).toMatchObject({ tokens: 48, finish: 'max-tokens' })
    expect(summary?.acceptedTokens).toBeGreaterThan(5)
    expect(summary?.steps).toBeLessThan(44)
    const total = (name: 'tokens' | 'draftedTokens' | 'acceptedTokens') =>
      drafted.steps.reduce((sum, step) => sum + step[name], 0)
    expect(total('tokens')).toBe(48)
    expect([total('draftedTokens'), total('acceptedTokens')]).toEqual([summary?.draftedTokens, summary?.acceptedTokens])
    const pieces = drafted.events.flatMap((event) => (event.kind === 'piece' ? event.pieces : []))
    expect(pieces.filter((piece) => piece.drafter === 'ngram-simple')).toHaveLength(summary?.acceptedTokens ?? 0)
    expect(drafting.facts.drafters).toEqual(['ngram-simple'])
  })
})

describe('one server', () => {
  let engine: ServingEngine
  const events: EngineLogEvent[] = []
  beforeAll(async () => {
    engine = await started({}, (event) => void events.push(event))
  })
  afterAll(() => engine[Symbol.asyncDispose]())

  const lastStart = () => events.filter(({ kind }) => kind === 'started').at(-1)
  const pidOf = () => Number(/llama-server (\d+) answers/.exec(lastStart()?.message ?? '')?.[1])

  test('says what it is', () => {
    expect(engine.facts).toMatchObject({ engine: 'llama-server', contextTokens: 1_024, slots: 1, takesImages: false })
    expect(engine.facts.memoryBytes).toBeGreaterThan(3e6)
    expect(events).toMatchObject([{ kind: 'started', message: expect.stringContaining('127.0.0.1') }])
  })

  test('frees its slot when a request is cancelled', async () => {
    const caller = new AbortController()
    const cut = readAnswer(engine, completion(prompt, { maxTokens: 900 }), {
      signal: caller.signal,
      onEvent: ({ kind }) => kind === 'piece' && caller.abort(),
    })
    await expect(cut).rejects.toMatchObject({ code: 'ERR_ABORTED' })
    const { end } = await readAnswer(engine, completion('one', { maxTokens: 2 }))
    expect(end.completionTokens).toBe(2)
  })

  test('writes what a schema, a stop string and a seed ask for, and says how probable it was', async () => {
    const schema = {
      type: 'object',
      properties: { a: { enum: ['x', 'y'] } },
      required: ['a'],
      additionalProperties: false,
    }
    const format = { kind: 'json-schema', schema } as const
    for (const input of [chat('Say a.'), completion('a is ').input]) {
      const { text } = await readAnswer(engine, completion('', { input, format }))
      expect(['x', 'y']).toContain(JSON.parse(text).a)
    }
    const whole = await readAnswer(engine, completion(prompt))
    const stop = whole.text.slice(10, 14)
    const stopped = await readAnswer(engine, completion(prompt, { stop: [stop] }))
    expect(stopped.text).toBe(whole.text.slice(0, whole.text.indexOf(stop)))
    expect(stopped.end.finish).toBe('stop')

    const sampling = { temperature: 1, seed: 7, topK: 40, penalties: { repeat: 1.1 }, dry: { multiplier: 0.5 } }
    const draws = [0, 1].map(() => readAnswer(engine, completion(prompt, { sampling })).then(({ text }) => text))
    expect(await draws[0]).toBe(await draws[1])
    expect(await draws[0]).not.toBe(whole.text)

    const told = await readAnswer(engine, completion(prompt, { maxTokens: 4, topLogProbabilities: 2 }))
    const said = told.events.flatMap((event) => (event.kind === 'piece' ? (event.logProbabilities ?? []) : []))
    expect(said.map(({ text }) => text).join('')).toBe(told.text)
    for (const { logProbability, top } of said) {
      expect(top).toHaveLength(2)
      expect(top[0]?.logProbability).toBeCloseTo(logProbability, 3)
    }
  })

  test('calls a tool where it must', async () => {
    const parameters = { type: 'object', properties: { on: { type: 'boolean' } }, required: ['on'] }
    const tools = [
      { name: 'other', parameters: { type: 'object', properties: {} } },
      { name: 'set_light', description: 'Switches the light', parameters },
    ]
    const input = chat('Light on, please.', { tools, toolChoice: { name: 'set_light' } })
    const { events, end, text } = await readAnswer(engine, completion('', { input, maxTokens: 200 }))
    const calls = events.flatMap((event) => (event.kind === 'tool-call' ? [event.call] : []))
    expect([text, end.finish]).toEqual(['', 'tool-calls'])
    expect(calls).toMatchObject([{ name: 'set_light', id: expect.stringMatching(/./) }])
    expect(JSON.parse(calls[0]?.arguments ?? '')).toEqual({ on: expect.any(Boolean) })
  })

  test('refuses what it cannot do, in words', async () => {
    const messages = [{ role: 'user', content: 'x', images: [{ mediaType: 'image/png', base64: 'AAAA' }] }] as const
    const withImage = completion('', { input: chat('', { messages }) })
    await expect(readAnswer(engine, withImage)).rejects.toMatchObject({ code: 'ERR_OPTION_INVALID' })
    const tooLong = completion('one two '.repeat(2_000))
    await expect(readAnswer(engine, tooLong)).rejects.toMatchObject({ code: 'ERR_CONTEXT_FULL' })
    const drafter = completion('x', { speculation: { drafters: ['suffix'] } })
    await expect(readAnswer(engine, drafter)).rejects.toThrow('cannot be told who drafts')
  })

  test('answers the next request when it was killed, and one that had no token yet', async () => {
    const before = await readAnswer(engine, completion(prompt))
    process.kill(pidOf(), 'SIGKILL')
    expect((await readAnswer(engine, completion(prompt))).text).toBe(before.text)
    expect(events.flatMap(({ kind }) => (kind === 'log' ? [] : [kind]))).toEqual(['started', 'died', 'started'])

    const pid = pidOf()
    process.kill(pid, 'SIGSTOP')
    const waiting = readAnswer(engine, completion(prompt))
    await new Promise((resolve) => setTimeout(resolve, 200))
    process.kill(pid, 'SIGKILL')
    expect((await waiting).text).toBe(before.text)
  })

  test('goes on with an answer when it is killed within, whether sampled or not', async () => {
    for (const sampling of [{ temperature: 0 }, { temperature: 1, seed: 5 }]) {
      const whole = await readAnswer(engine, completion(prompt, { sampling }))
      let pieces = 0
      const killed = await readAnswer(engine, completion(prompt, { sampling }), {
        onEvent: ({ kind }) => kind === 'piece' && ++pieces === 3 && process.kill(pidOf(), 'SIGKILL'),
      })
      expect(killed.text).toBe(whole.text)
      expect(killed.end).toEqual(whole.end)
    }
  })

  test('answers everybody, whoever is cut off', async () => {
    await using many = await started({ slots: 4 })
    const text = (await readAnswer(many, completion(prompt, { maxTokens: 32 }))).text
    const descriptors = readdirSync('/proc/self/fd').length
    const requests = Array.from({ length: 48 }, async (_, index) => {
      const caller = new AbortController()
      const isCut = index % 5 === 0
      const answer = readAnswer(many, completion(prompt, { maxTokens: 32 }), {
        signal: caller.signal,
        onEvent: (event) => isCut && event.kind === 'piece' && caller.abort(),
      })
      if (isCut) await expect(answer).rejects.toMatchObject({ code: 'ERR_ABORTED' })
      else expect((await answer).text).toBe(text)
    })
    await Promise.all(requests)
    // Connections that are kept, at most one for each that was open at once, are closed in the end.
    await many[Symbol.asyncDispose]()
    await expect.poll(() => readdirSync('/proc/self/fd').length).toBeLessThanOrEqual(descriptors)
  })

  test('that is unloaded ends its requests', async () => {
    const other = await started()
    const open = readAnswer(other, completion(prompt, { maxTokens: 900 }), {
      onEvent: ({ kind }) => void (kind === 'piece' && other[Symbol.asyncDispose]()),
    })
    await expect(open).rejects.toMatchObject({ code: 'ERR_SESSION_CLOSED' })
    await expect(readAnswer(other, completion(prompt))).rejects.toMatchObject({ code: 'ERR_SESSION_CLOSED' })
  })
})
