import { fixtureModels, fixturePrompts } from '@foretoken/fixtures'
import { generateText, loadModel } from '@foretoken/runner-llamacpp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { embeddedEngine } from '../../src/serve/embedded/embedded-engine.js'
import type { ServingEngine } from '../../src/serve/serving-engine.js'
import type { TextRequest } from '../../src/serve/text-request.js'
import { completion, readAnswer } from '../serving-answers.js'

const path = fixtureModels.base.q8_0
const prompts = fixturePrompts.slice(0, 8).map(({ text }) => text)
let engine: ServingEngine

beforeAll(async () => {
  engine = await embeddedEngine({ path, load: { engine: 'native', threads: 1 }, slots: 8 })({
    signal: new AbortController().signal,
    onProgress: () => {},
    onEvent: () => {},
  })
})
afterAll(async () => await engine[Symbol.asyncDispose]())

/** What the model says alone, in this process, one text after another and without drafts. */
async function plainTexts(): Promise<string[]> {
  await using model = await loadModel(path, { threads: 1, engine: 'native' })
  await using target = await model.openTarget()
  const texts: string[] = []
  for (const prompt of prompts) {
    let text = ''
    const steps = generateText({ model, target, prompt: model.tokenize(prompt, { special: true }), maxTokens: 48 })
    for await (const { pieces } of steps) text += pieces.map((piece) => piece.text).join('')
    texts.push(text)
  }
  return texts
}

test('says what it is', () => {
  expect(engine.facts).toMatchObject({
    ...{ engine: 'native', contextTokens: 2048, slots: 8, takesImages: false },
    ...{ toolFormat: 'grammar', drafters: ['lookup', 'suffix'] },
  })
  expect(engine.facts.memoryBytes).toBeGreaterThan(1e6)
})

test('eight requests at once share batches, and each answer is that of the model alone', async () => {
  const answers = await Promise.all(prompts.map((prompt) => readAnswer(engine, completion(prompt))))
  expect(answers.map(({ text }) => text)).toEqual(await plainTexts())
  const steps = answers.flatMap((answer) => answer.steps)
  expect(steps.filter(({ batchWidth }) => batchWidth > 0).length).toBeGreaterThan(steps.length / 4)
  for (const { events, end, steps: own } of answers) {
    expect(events.map(({ kind }) => kind)).toEqual(['start', ...own.map(() => 'piece'), 'end'])
    expect(own.map(({ index }) => index)).toEqual([...own.keys()])
    expect(end.completionTokens).toBe(own.reduce((sum, { tokens }) => sum + tokens, 0))
    expect(end.summary?.steps).toBe(own.length)
  }
})

test.each([
  ['greedily', { temperature: 0 }],
  ['at random', { temperature: 0.9, seed: 7, topP: 0.9 }],
])('drafting changes nothing of a text that is chosen %s', async (_, sampling) => {
  const [prompt = ''] = prompts
  const choices = [{}, { off: true }, { drafters: ['suffix'], maxTokens: 3 }, { drafters: [] }]
  const answers = []
  for (const speculation of choices)
    answers.push(await readAnswer(engine, completion(prompt, { sampling, speculation })))
  expect(new Set(answers.map(({ text }) => text)).size).toBe(1)
  const [, off, narrow, none] = answers
  expect(off?.end.notDrafted).toBe('the request switched drafting off')
  expect(none?.steps.every(({ width }) => width === 1)).toBe(true)
  expect(narrow?.steps.every(({ width, drafter }) => width <= 4 && drafter !== 'lookup')).toBe(true)
})

test('the marks of a text to be continued are special tokens', async () => {
  const begun = await readAnswer(engine, completion('<|im_start|>user\nHi<|im_end|>\n', { maxTokens: 1 }))
  const plain = await readAnswer(engine, completion('user\nHi\n', { maxTokens: 1 }))
  const [marked, unmarked] = [begun, plain].map(({ events: [start] }) => start?.kind === 'start' && start.promptTokens)
  expect(marked).toBe(Number(unmarked) + 2)
})

test('the next turn of a conversation reads only what is new', async () => {
  const first = completion('Once upon a time there was a cat that')
  const { text } = await readAnswer(engine, first)
  const next = completion(`Once upon a time there was a cat that${text} And then`)
  const { events } = await readAnswer(engine, next)
  const [start] = events
  if (start?.kind !== 'start') throw new Error('the first event is the start')
  expect(start.promptTokens).toBe(await engine.countTokens(next))
  expect(start.reusedTokens).toBeGreaterThan(start.promptTokens / 2)
})

test('what one scope has said is read anew for another, so that nobody learns how it begins', async () => {
  const reused = async (scope: string): Promise<number> => {
    const [start] = (await readAnswer(engine, completion('The secret word is plover, and', { scope, maxTokens: 4 })))
      .events
    return start?.kind === 'start' ? start.reusedTokens : -1
  }
  expect(await reused('one')).toBe(0)
  expect(await reused('one')).toBeGreaterThan(4)
  expect(await reused('two')).toBe(0)
})

test('what drafters remember stays within the scope', async () => {
  const prompt = prompts[3] ?? ''
  const ask = async (scope: string): Promise<{ readonly text: string; readonly accepted: number }> => {
    const { text, end } = await readAnswer(engine, completion(prompt, { scope, speculation: { drafters: ['suffix'] } }))
    return { text, accepted: end.summary?.acceptedTokens ?? 0 }
  }
  const texts = new Set<string>()
  let gained = 0
  // On a busy machine drafting may not pay for a while.
  for (let round = 0; round < 8 && gained < 9; round++) {
    const [, again, other] = [await ask(`one ${round}`), await ask(`one ${round}`), await ask(`two ${round}`)]
    gained = again.accepted - other.accepted
    for (const { text } of [again, other]) texts.add(text)
  }
  expect(texts.size).toBe(1)
  expect(gained).toBeGreaterThan(8)
})

test('a request that is cut off frees its place at once, for as many as come', async () => {
  const long = completion('Count: 1, 2, 3,', { maxTokens: 1_500 })
  for (let round = 0; round < 3; round++) {
    const cut = Array.from({ length: 8 }, async () => {
      const controller = new AbortController()
      const onEvent = () => controller.abort()
      await expect(readAnswer(engine, long, { signal: controller.signal, onEvent })).rejects.toMatchObject({
        code: 'ERR_ABORTED',
      })
    })
    await Promise.all(cut)
  }
  const left = engine.generate(long, { signal: new AbortController().signal })[Symbol.asyncIterator]()
  await left.next()
  await left.return?.()
  const answers = await Promise.all(prompts.map((prompt) => readAnswer(engine, completion(prompt, { maxTokens: 2 }))))
  expect(answers).toHaveLength(8)
})

test('tells how probable tokens were', async () => {
  const { events, text } = await readAnswer(engine, completion(prompts[1] ?? '', { topLogProbabilities: 20 }))
  const told = events.flatMap((event) => (event.kind === 'piece' ? (event.logProbabilities ?? []) : []))
  expect(told.map((one) => one.text).join('')).toBe(text)
  for (const { text: token, logProbability, top } of told) {
    expect(top).toHaveLength(20)
    expect(top[0]).toEqual({ text: token, logProbability })
    const sum = top.reduce((all, one) => all + Math.exp(one.logProbability), 0)
    expect(sum).toBeGreaterThan(0.3)
    expect(sum).toBeLessThanOrEqual(1.0001)
    expect(top.map((one) => one.logProbability)).toEqual(
      top.map((one) => one.logProbability).toSorted((one, other) => other - one),
    )
  }
})

const weather = {
  name: 'weather',
  parameters: {
    type: 'object',
    properties: { city: { type: 'string', maxLength: 20 }, unit: { enum: ['C', 'F'] } },
    required: ['city', 'unit'],
  },
}

function chat(changes: Partial<Extract<TextRequest['input'], { kind: 'chat' }>>): TextRequest {
  const messages = [{ role: 'user' as const, content: 'What is the weather in Paris?' }]
  const input = { kind: 'chat' as const, messages, tools: [weather], toolChoice: 'required' as const, ...changes }
  return { ...completion('', { maxTokens: 120, speculation: {} }), input }
}

test('a tool is called with arguments that fit, drafted or not', async () => {
  const answers = await Promise.all(
    [{}, { off: true }].map((speculation) => readAnswer(engine, { ...chat({}), speculation })),
  )
  const calls = answers.map(({ events }) => events.flatMap((event) => (event.kind === 'tool-call' ? [event.call] : [])))
  for (const [index, { end, text }] of answers.entries()) {
    expect(text).toBe('')
    expect(end.finish).toBe('tool-calls')
    expect(calls[index]).toEqual([
      { id: expect.stringMatching(/^\w{9}$/), name: 'weather', arguments: expect.any(String) },
    ])
    const given = JSON.parse(calls[index]?.[0]?.arguments ?? '') as { city: string; unit: string }
    expect(given.city.length).toBeLessThanOrEqual(20)
    expect(['C', 'F']).toContain(given.unit)
  }
  expect(calls[0]?.[0]?.arguments).toBe(calls[1]?.[0]?.arguments)
})

test('a model that may call a tool says something, or calls it whole', async () => {
  const seeds = [1, 2, 3, 4]
  const answers = await Promise.all(
    seeds.map((seed) => readAnswer(engine, { ...chat({ toolChoice: 'auto' }), sampling: { temperature: 1, seed } })),
  )
  for (const { text, events, end } of answers) {
    const calls = events.filter(({ kind }) => kind === 'tool-call')
    expect(text.startsWith('<tool_call>')).toBe(false)
    expect(end.finish === 'tool-calls' ? calls.length : text.length).toBeGreaterThan(0)
  }
})

test('a conversation with calls goes on, and an answer may be no call', async () => {
  const toolCalls = [{ id: 'a', name: 'weather', arguments: '{"city": "Paris", "unit": "C"}' }]
  const { end } = await readAnswer(
    engine,
    chat({
      toolChoice: 'none',
      messages: [
        { role: 'user', content: 'What is the weather in Paris?' },
        { role: 'assistant', content: '', toolCalls },
        { role: 'tool', content: '21 degrees', toolCallId: 'a' },
      ],
    }),
  )
  expect(end.finish).not.toBe('tool-calls')
})

test('an answer follows a schema and ends at a stop string', async () => {
  const schema = { type: 'object', properties: { colour: { enum: ['red', 'blue'] } }, required: ['colour'] }
  const format = { kind: 'json-schema' as const, schema }
  const { text, end } = await readAnswer(engine, completion('A colour: ', { format }))
  expect(JSON.parse(text)).toEqual({ colour: expect.stringMatching(/^(red|blue)$/) })
  expect(end.finish).toBe('stop')
  const stopped = await readAnswer(engine, completion('A colour: ', { format, stop: ['": "', 'xyz'] }))
  expect(stopped.text).toMatch(/^\{\s*"colour$/)
  expect(stopped.end).toMatchObject({ finish: 'stop', stopString: '": "' })
})

test.each<readonly [string, TextRequest, string]>([
  ['a drafter that is not there', completion('a', { speculation: { drafters: ['model'] } }), 'lookup, suffix'],
  ['a schema that no grammar keeps', completion('a', { format: { kind: 'json-schema', schema: { not: {} } } }), 'not'],
  ['a tool that is not there', chat({ toolChoice: { name: 'rm' } }), '"rm"'],
  [
    'an image',
    chat({ messages: [{ role: 'user', content: '', images: [{ mediaType: 'image/png', base64: '' }] }] }),
    'no images',
  ],
  ['no prompt', completion(''), 'empty'],
])('refuses %s, and says why', async (_, request, words) => {
  await expect(readAnswer(engine, request)).rejects.toMatchObject({
    code: 'ERR_OPTION_INVALID',
    message: expect.stringContaining(words),
  })
})

test('a prompt that does not fit is refused', async () => {
  await expect(readAnswer(engine, completion('word '.repeat(3_000)))).rejects.toMatchObject({
    code: 'ERR_CONTEXT_FULL',
  })
})

test('a hybrid keeps snapshots where that is asked for, and says the same', async () => {
  const start = async (snapshots: number): Promise<ServingEngine> => {
    const load = { engine: 'native' as const, threads: 1, snapshots }
    const options = { signal: new AbortController().signal, onProgress: () => {}, onEvent: () => {} }
    return await embeddedEngine({ path: fixtureModels.hybrid.q8_0, load, slots: 2 })(options)
  }
  await using without = await start(0)
  await using kept = await start(4)
  // Of each slot four states: four layers, 192 channels, two positions of four bytes.
  expect(kept.facts.memoryBytes - without.facts.memoryBytes).toBe(2 * 4 * (4 * 192 * 2 * 4))
  for (const prompt of prompts.slice(0, 2)) {
    const [first, second] = [await readAnswer(without, completion(prompt)), await readAnswer(kept, completion(prompt))]
    expect(second.text).toBe(first.text)
    expect(second.text).not.toBe('')
  }
})
