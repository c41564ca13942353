import Anthropic from '@anthropic-ai/sdk'
import { fixtureModels, fixturePrompts } from '@foretoken/fixtures'
import OpenAI, { BadRequestError, NotFoundError } from 'openai'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { configOfOptions } from '../../src/serve/config/config-of-options.js'
import { type HttpServer, httpServer } from '../../src/serve/http/http-server.js'
import { chatAnswer, chatChunk, completionAnswer } from '../../src/serve/http/openai/answer-schemas.js'
import { openHouse } from '../../src/serve/open-house.js'
import type { HouseService } from '../../src/serve/service/house-service.js'
import { all } from '../scripted-server.js'
import { eventually } from '../scripted-service.js'

let service: HouseService
let server: HttpServer
let openai: OpenAI
let anthropic: Anthropic
const model = 'fore-base-3m.q8_0'

beforeAll(async () => {
  const config = configOfOptions({ models: [fixtureModels.base.q8_0], threads: 1, slots: 4 })
  service = await openHouse(config, { signal: new AbortController().signal, log: () => {} })
  await service.loadPinned()
  server = await httpServer({ service, port: 0 })
  openai = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: 'none', maxRetries: 0 })
  anthropic = new Anthropic({ baseURL: server.url, apiKey: 'none', maxRetries: 0 })
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  await service[Symbol.asyncDispose]()
})

const messages = [{ role: 'user' as const, content: 'The code of bade is 4711. What is the code of bade?' }]
const ask = { model, messages, temperature: 0, max_tokens: 32 }
const quote = fixturePrompts.find(({ text }) => text.length < 2_000)?.text ?? ''

async function idle(): Promise<void> {
  await eventually(() => service.openRequests() === 0 && service.state().models.every(({ active }) => active === 0))
}

test('the model is listed, and counts tokens as it answers them', async () => {
  expect((await openai.models.list()).data.map(({ id }) => id)).toContain(model)
  const { input_tokens: counted } = await anthropic.messages.countTokens({ model, messages })
  expect((await openai.chat.completions.create(ask)).usage?.prompt_tokens).toBe(counted)
})

test('an answer is the same in both dialects, whole and streamed, drafted for or not', async () => {
  const whole = await openai.chat.completions.create(ask)
  chatAnswer.parse(whole)
  const text = whole.choices[0]?.message.content
  expect(text).not.toBe('')
  const streamed = await openai.chat.completions
    .stream({ ...ask, stream_options: { include_usage: true } })
    .finalChatCompletion()
  expect(streamed.choices[0]?.message.content).toBe(text)
  expect(streamed.usage?.completion_tokens).toBe(whole.usage?.completion_tokens)
  const plain = await openai.chat.completions.create({ ...ask, ...{ speculation: { off: true } } })
  expect(plain.choices[0]?.message.content).toBe(text)
  expect(chatAnswer.parse(plain)).toMatchObject({ speculation: { summary: { draftedTokens: 0 } } })
  const asked = { model, messages, max_tokens: 32, ...{ temperature: 0 } }
  const message = await anthropic.messages.create(asked)
  expect(message.content).toEqual([{ type: 'text', text }])
  expect(await anthropic.messages.stream(asked).finalText()).toBe(text)
  expect(message.usage.output_tokens).toBe(whole.usage?.completion_tokens)
})

test('a seed gives the same answer again, and one that was drawn is told', async () => {
  const warm = { ...ask, temperature: 1.2 }
  const first = await openai.chat.completions.create({ ...warm, ...{ speculation: {} } })
  const { speculation } = chatAnswer.parse(first) as { speculation: { seed: number } }
  const again = await openai.chat.completions.create({
    ...warm,
    seed: speculation.seed,
    ...{ speculation: { off: true } },
  })
  expect(again.choices[0]?.message.content).toBe(first.choices[0]?.message.content)
})

test('the trace of a stream adds up to its summary, and is kept', async () => {
  const completion = { model, prompt: quote, temperature: 0, max_tokens: 48, ...{ speculation: { trace: true } } }
  const stream = await openai.completions.create({ ...completion, stream: true }).withResponse()
  const chunks = (await all(stream.data)).map((chunk) => completionAnswer.parse(chunk) as Chunk)
  const steps = chunks.flatMap(({ speculation }) => (speculation?.step === undefined ? [] : [speculation.step]))
  const summary = chunks.findLast(({ speculation }) => speculation?.summary !== undefined)?.speculation?.summary
  expect(summary).toMatchObject({ steps: steps.length, tokens: steps.reduce((sum, { tokens }) => sum + tokens, 0) })
  const shown = chunks.flatMap(({ speculation }) => speculation?.pieces ?? []).map(({ text }) => text)
  expect(shown.join('')).toBe(chunks.map(({ choices }) => choices[0]?.text ?? '').join(''))
  const kept = await fetch(`${server.url}/api/requests/${stream.response.headers.get('x-request-id')}`)
  expect(await kept.json()).toMatchObject({ model, steps: steps.length, trace: steps })
})

interface Chunk {
  readonly choices: readonly { readonly text: string }[]
  readonly speculation?: {
    readonly pieces?: readonly { readonly text: string }[]
    readonly step?: { readonly tokens: number }
    readonly summary?: object
  }
}

test('an answer follows a schema', async () => {
  const properties = { colour: { enum: ['red', 'blue'] }, ok: { type: 'boolean' } }
  const schema = { type: 'object', properties, required: ['colour', 'ok'], additionalProperties: false }
  const answer = await openai.chat.completions.create({
    ...{ ...ask, max_tokens: 64 },
    response_format: { type: 'json_schema', json_schema: { name: 'x', schema } },
  })
  expect(answer.choices[0]?.finish_reason).toBe('stop')
  expect(JSON.parse(answer.choices[0]?.message.content ?? '')).toEqual({
    colour: expect.stringMatching(/^(red|blue)$/),
    ok: expect.any(Boolean),
  })
})

test('a tool that has to be called is called, in both dialects, whole and streamed', async () => {
  const parameters = {
    type: 'object' as const,
    properties: { on: { type: 'boolean' } },
    required: ['on'],
    additionalProperties: false,
  }
  const tools = [{ type: 'function' as const, function: { name: 'switch_light', parameters } }]
  const asking = { ...ask, max_tokens: 64, tools, tool_choice: 'required' as const }
  const whole = (await openai.chat.completions.create(asking)).choices[0]
  const streamed = (await openai.chat.completions.stream(asking).finalChatCompletion()).choices[0]
  const [call] = whole?.message.tool_calls ?? []
  if (call?.type !== 'function') throw new Error('a function has to be called')
  expect(call.function.name).toBe('switch_light')
  expect(JSON.parse(call.function.arguments)).toEqual({ on: expect.any(Boolean) })
  expect(whole?.finish_reason).toBe('tool_calls')
  expect(streamed?.message.tool_calls).toMatchObject([{ function: call.function }])
  const message = await anthropic.messages.create({
    ...{ model, messages, max_tokens: 64, temperature: 0 },
    tools: [{ name: 'switch_light', input_schema: parameters }],
    tool_choice: { type: 'any' },
  })
  expect(message.stop_reason).toBe('tool_use')
  expect(message.content).toMatchObject([
    { type: 'tool_use', name: 'switch_light', input: JSON.parse(call.function.arguments) },
  ])
})

test('every token has its log-probability, and the greedy one is the best', async () => {
  const answer = await openai.chat.completions.create({ ...ask, logprobs: true, top_logprobs: 3 })
  const tokens = answer.choices[0]?.logprobs?.content ?? []
  expect(Math.abs(tokens.length - (answer.usage?.completion_tokens ?? 0))).toBeLessThanOrEqual(1)
  for (const { logprob, token, top_logprobs: top } of tokens) {
    expect(top).toHaveLength(3)
    expect(top[0]).toMatchObject({ token, logprob })
  }
  expect(Buffer.from(tokens.flatMap(({ bytes }) => bytes ?? [])).toString()).toContain(
    answer.choices[0]?.message.content,
  )
})

test('a stop string ends an answer, and is named in Anthropic’s words', async () => {
  const text =
    (await openai.completions.create({ model, prompt: quote, temperature: 0, max_tokens: 32 })).choices[0]?.text ?? ''
  const stop = text.slice(8, 12)
  const cut = await openai.completions.create({ model, prompt: quote, temperature: 0, max_tokens: 32, stop })
  expect(cut.choices[0]).toMatchObject({ text: text.slice(0, text.indexOf(stop)), finish_reason: 'stop' })
  const answer = (await openai.chat.completions.create(ask)).choices[0]?.message.content ?? ''
  const end = answer.slice(2, 5)
  const message = await anthropic.messages.create({
    model,
    messages,
    max_tokens: 32,
    stop_sequences: [end],
    ...{ temperature: 0 },
  })
  expect(message).toMatchObject({ stop_reason: 'stop_sequence', stop_sequence: end })
})

test('what the model cannot do is refused with its reason', async () => {
  await expect(openai.chat.completions.create({ ...ask, model: 'gpt-9' })).rejects.toBeInstanceOf(NotFoundError)
  const picture = { type: 'image_url' as const, image_url: { url: 'data:image/png;base64,AAAA' } }
  await expect(
    openai.chat.completions.create({ ...ask, messages: [{ role: 'user', content: [picture] }] }),
  ).rejects.toBeInstanceOf(BadRequestError)
  const long = 'word '.repeat(20_000)
  await expect(openai.completions.create({ model, prompt: long })).rejects.toMatchObject({
    status: 400,
    code: 'ERR_CONTEXT_FULL',
  })
  await expect(
    openai.chat.completions.create({ ...ask, ...{ speculation: { drafters: ['nobody'] } } }),
  ).rejects.toBeInstanceOf(BadRequestError)
  await idle()
})

test('a client that leaves frees its place at once', async () => {
  const controllers = Array.from({ length: 6 }, () => new AbortController())
  const reading = controllers.map(async (controller) => {
    const stream = await openai.completions.create(
      { model, prompt: quote, max_tokens: 1_000, temperature: 1, stream: true },
      { signal: controller.signal },
    )
    for await (const _ of stream) controller.abort()
  })
  await Promise.allSettled(reading)
  await idle()
  expect((await openai.chat.completions.create(ask)).choices[0]?.finish_reason).toBeDefined()
})

test('sixteen streams at once are what one alone is', async () => {
  const one = async (): Promise<string> => {
    const chunks = await all(await openai.chat.completions.create({ ...ask, stream: true }))
    for (const chunk of chunks) chatChunk.parse(chunk)
    return chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('')
  }
  const alone = await one()
  expect(new Set(await Promise.all(Array.from({ length: 16 }, one)))).toEqual(new Set([alone]))
})
