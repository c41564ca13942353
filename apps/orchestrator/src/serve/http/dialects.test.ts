import Anthropic from '@anthropic-ai/sdk'
import fc from 'fast-check'
import OpenAI from 'openai'
import { afterAll, expect, test } from 'vitest'
import { opening, said, scriptedServer } from '../../../test/scripted-server.js'
import type { RoutedEvent } from '../serving-service.js'

const server = await scriptedServer()
afterAll(() => server[Symbol.asyncDispose]())

type Fetch = typeof fetch
type Written = Extract<RoutedEvent, { readonly kind: 'piece' | 'tool-call' | 'end' }>

// Texts that look like frames, and characters of two halves, which steps may tear apart.
const texts = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('data: [DONE]\n\n', '😀', '\r\n', '\u2028', ': x\n\n', '"}'),
)

const pieces = texts.chain((text) =>
  fc.array(fc.nat(text.length), { maxLength: 3 }).map((cuts) => {
    const ends = [0, ...cuts.sort((one, other) => one - other), text.length]
    return ends.slice(1).map((end, index) => said(text.slice(ends[index], end)))
  }),
)

const input = fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue({ maxDepth: 2, noUnicodeString: false }))

const call = fc.record({ name: fc.constantFrom('weather', 'look_up'), input, space: fc.constantFrom(undefined, 2) })

const answers = fc
  .record({
    parts: fc.array(fc.oneof(pieces, call), { maxLength: 6 }),
    finish: fc.constantFrom('stop', 'length', 'tool-calls'),
    completionTokens: fc.nat(1000),
    late: fc.option(fc.record({ promptTokens: fc.nat(1000), reusedTokens: fc.constant(0) }), { nil: undefined }),
  })
  .map(({ parts, late, ...end }): readonly Written[] => [
    ...parts.flatMap((part, index): Written[] => {
      if (Array.isArray(part)) return part as Written[]
      const given = JSON.stringify(part.input, undefined, part.space)
      return [{ kind: 'tool-call', call: { id: `call_${index}`, name: part.name, arguments: given } }]
    }),
    { kind: 'end', ...end, ...late },
  ])

/** What was written: its text, its calls, and how it ended. */
interface Told {
  readonly text: string
  readonly calls: readonly { readonly id: string; readonly name: string; readonly input: unknown }[]
  readonly finish: string
  readonly tokens: readonly number[]
}

function toldBy(events: readonly Written[]): Told {
  const end = events.at(-1)
  if (end?.kind !== 'end') throw new Error('an answer ends')
  return {
    text: events.flatMap((event) => (event.kind === 'piece' ? event.pieces.map(({ text }) => text) : [])).join(''),
    calls: events.flatMap((event) =>
      event.kind === 'tool-call'
        ? [{ id: event.call.id, name: event.call.name, input: JSON.parse(event.call.arguments) as unknown }]
        : [],
    ),
    finish: end.finish,
    tokens: [end.promptTokens ?? 7, end.completionTokens],
  }
}

const messages = [{ role: 'user' as const, content: 'Hi' }]

async function askOpenai(stream: boolean, fetch: Fetch): Promise<Told> {
  const client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: 'none', maxRetries: 0, fetch })
  const ask = { model: 'base', messages, stream_options: { include_usage: true } }
  const answer = stream
    ? await client.chat.completions.stream(ask).finalChatCompletion()
    : await client.chat.completions.create(ask)
  const [choice] = answer.choices
  return {
    text: choice?.message.content ?? '',
    calls: (choice?.message.tool_calls ?? []).flatMap((one) =>
      one.type === 'function'
        ? [{ id: one.id, name: one.function.name, input: JSON.parse(one.function.arguments) as unknown }]
        : [],
    ),
    finish: choice?.finish_reason === 'tool_calls' ? 'tool-calls' : (choice?.finish_reason ?? ''),
    tokens: [answer.usage?.prompt_tokens ?? -1, answer.usage?.completion_tokens ?? -1],
  }
}

async function askAnthropic(stream: boolean, fetch: Fetch): Promise<Told> {
  const client = new Anthropic({ baseURL: server.url, apiKey: 'none', maxRetries: 0, fetch })
  const ask = { model: 'base', max_tokens: 100, messages }
  const answer = stream ? await client.messages.stream(ask).finalMessage() : await client.messages.create(ask)
  const { content, usage } = answer
  const finishes: Readonly<Record<string, string>> = { end_turn: 'stop', max_tokens: 'length', tool_use: 'tool-calls' }
  return {
    text: content.map((block) => (block.type === 'text' ? block.text : '')).join(''),
    calls: content.flatMap((block) =>
      block.type === 'tool_use' ? [{ id: block.id, name: block.name, input: block.input }] : [],
    ),
    finish: finishes[answer.stop_reason ?? ''] ?? '',
    tokens: [usage.input_tokens + (usage.cache_read_input_tokens ?? 0), usage.output_tokens],
  }
}

const clients = { openai: askOpenai, anthropic: askAnthropic }
const cases = Object.keys(clients).flatMap((name) =>
  [true, false].map((stream) => [name as keyof typeof clients, stream] as const),
)

/** Whatever is written arrives in the client, however it is asked for. */
const arrives = (client: keyof typeof clients, stream: boolean, fetch: Fetch = globalThis.fetch) =>
  fc.assert(
    fc.asyncProperty(answers, async (events) => {
      server.says(() => [...opening, ...events])
      expect(await clients[client](stream, fetch)).toEqual(toldBy(events))
    }),
    { numRuns: 60, endOnFailure: true },
  )

test.each(cases)('what is written arrives: %s, streamed %s', async (client, stream) => {
  await arrives(client, stream)
})

/** Changes answers on their way. */
const spoiled =
  (change: (body: string) => string): Fetch =>
  async (...request) => {
    const answer = await fetch(...request)
    return new Response(change(await answer.text()), answer)
  }

test.each(['openai', 'anthropic'] as const)(
  'the law notices nothing in %s where nothing is changed',
  async (client) => {
    await arrives(
      client,
      true,
      spoiled((body) => body),
    )
  },
)

const offenders: Readonly<Record<string, (body: string) => string>> = {
  'a text is lost': (body) => body.replace(/data: .*?("content":"[^"]|text_delta","text":"[^"]).*\n\n/, ''),
  'arguments come twice': (body) =>
    body.replace(/(?:event: content_block_delta\n)?data: .*?(?:partial_json|"arguments":"\{).*\n\n/, '$&$&'),
  'the usage is lost': (body) =>
    body.replace(/"(completion|output)_tokens":\d+(?![\s\S]*"(completion|output)_tokens")/, '"other":1'),
  'the end is another': (body) => body.replace(/"(finish|stop)_reason":"\w+"/, '"$1_reason":"content_filter"'),
}

test.each(
  Object.entries(offenders).flatMap(([name, change]) => [
    ['openai', name, change] as const,
    ['anthropic', name, change] as const,
  ]),
)('the law notices in %s that %s', async (client, _, change) => {
  await expect(arrives(client, true, spoiled(change))).rejects.toThrow()
})
