import { describe, expect, test } from 'vitest'
import type { TextEvent } from '../text-event.js'
import { chunkEvents } from './chunk-events.js'

async function read(chunks: readonly unknown[], options = { drafter: '' }): Promise<TextEvent[]> {
  async function* stream(): AsyncGenerator<unknown> {
    yield* chunks
  }
  const events: TextEvent[] = []
  for await (const event of chunkEvents(stream(), options)) events.push(event)
  return events
}

const delta = (given: object, finish: string | null = null): object => ({
  id: 'x',
  object: 'chat.completion.chunk',
  choices: [{ index: 0, delta: given, finish_reason: finish, logprobs: null }],
})
const usage = { prompt_tokens: 9, completion_tokens: 2, total_tokens: 11, prompt_tokens_details: { cached_tokens: 4 } }

describe('a remote server', () => {
  test('tells the prompt’s tokens at the end', async () => {
    const chunks = [
      delta({ role: 'assistant', content: '' }),
      delta({ content: 'He' }),
      delta({ content: 'y' }, 'stop'),
    ]
    expect(await read([...chunks, { choices: [], usage }])).toEqual([
      { kind: 'start', promptTokens: 0, reusedTokens: 0 },
      { kind: 'piece', pieces: [{ text: 'He', drafter: '' }] },
      { kind: 'piece', pieces: [{ text: 'y', drafter: '' }] },
      { kind: 'end', finish: 'stop', completionTokens: 2, promptTokens: 9, reusedTokens: 4 },
    ])
  })

  test.each([
    ['length', 'length'],
    ['stop', 'stop'],
    ['content_filter', 'stop'],
    ['eos', 'stop'],
  ])('that ends by %s ends by %s', async (reason, finish) => {
    expect((await read([delta({ content: 'a' }), delta({}, reason)])).at(-1)).toMatchObject({ finish })
  })

  test('without usage is counted by its pieces; without anything it has said nothing', async () => {
    expect((await read([delta({ content: 'a' }), delta({ content: 'b' }, 'stop')])).at(-1)).toEqual({
      ...{ kind: 'end', finish: 'stop', completionTokens: 2 },
    })
    expect(await read([])).toEqual([
      { kind: 'start', promptTokens: 0, reusedTokens: 0 },
      { kind: 'end', finish: 'stop', completionTokens: 0 },
    ])
  })

  test('says which stop string came, where it is vLLM', async () => {
    const last = { choices: [{ index: 0, text: '', finish_reason: 'stop', stop_reason: '###' }] }
    expect((await read([{ choices: [{ index: 0, text: 'a' }] }, last])).at(-1)).toMatchObject({ stopString: '###' })
  })

  test.each([{}, { choices: {} }, { choices: [{ delta: { content: 5 } }] }, 'text', null])(
    'that sends %j is no OpenAI-compatible one',
    async (chunk) => {
      await expect(read([chunk])).rejects.toMatchObject({ code: 'ERR_ENGINE_LOST' })
    },
  )
})

describe('calls of tools', () => {
  const piece = (index: number | undefined, given: object, id?: string): object =>
    delta({ tool_calls: [{ index, ...(id && { id }), function: given }] })

  test('are told when they are whole', async () => {
    const events = await read([
      piece(0, { name: 'a', arguments: '' }, 'c1'),
      piece(0, { arguments: '{"x":' }),
      piece(0, { arguments: '1}' }),
      piece(1, { name: 'b', arguments: '{}' }, 'c2'),
      delta({}, 'tool_calls'),
    ])
    expect(events).toEqual([
      { kind: 'start', promptTokens: 0, reusedTokens: 0 },
      { kind: 'tool-call', call: { id: 'c1', name: 'a', arguments: '{"x":1}' } },
      { kind: 'tool-call', call: { id: 'c2', name: 'b', arguments: '{}' } },
      expect.objectContaining({ kind: 'end', finish: 'tool-calls' }),
    ])
  })

  test('that are not numbered begin with their names, and get a number where they have none', async () => {
    const events = await read([
      piece(undefined, { name: 'a', arguments: '{"x"' }),
      piece(undefined, { arguments: ':1}' }),
      piece(undefined, { name: 'b' }),
      delta({}, 'stop'),
    ])
    const calls = events.flatMap((event) => (event.kind === 'tool-call' ? [event.call] : []))
    expect(calls).toEqual([
      { id: expect.stringMatching(/^call_/), name: 'a', arguments: '{"x":1}' },
      { id: expect.stringMatching(/^call_/), name: 'b', arguments: '{}' },
    ])
    expect(new Set(calls.map(({ id }) => id)).size).toBe(2)
    expect(events.at(-1)).toMatchObject({ finish: 'tool-calls' })
  })
})

test('log-probabilities are read in both of OpenAI’s forms', async () => {
  const content = [{ token: 'a', logprob: -0.5, bytes: [97], top_logprobs: [{ token: 'b', logprob: -1 }] }]
  const older = { tokens: ['a'], token_logprobs: [-0.5], top_logprobs: [{ b: -1 }], text_offset: [0] }
  const expected = [{ text: 'a', logProbability: -0.5, top: [{ text: 'b', logProbability: -1 }] }]
  for (const logprobs of [{ content }, older]) {
    const events = await read([{ choices: [{ text: 'a', logprobs }] }])
    expect(events[1]).toEqual({ kind: 'piece', pieces: [{ text: 'a', drafter: '' }], logProbabilities: expected })
  }
})

describe('llama-server', () => {
  const timings = { cache_n: 4, prompt_n: 5, predicted_n: 1, predicted_ms: 2 }
  const counted = (text: string, counts: object): object => ({
    ...delta({ content: text }),
    timings: { ...timings, ...counts },
  })

  test('tells the prompt’s tokens at the start', async () => {
    const events = await read([counted('a', {}), { choices: [], usage, timings }])
    expect(events[0]).toEqual({ kind: 'start', promptTokens: 9, reusedTokens: 4 })
    expect(events.at(-1)).toEqual({ kind: 'end', finish: 'stop', completionTokens: 2 })
  })

  test('with drafts of its own tells steps, and what they come to', async () => {
    const drafted = { draft_n: 3, draft_n_accepted: 1 }
    const events = await read(
      [
        counted('a', {}),
        counted('b', { predicted_n: 2, predicted_ms: 5, ...drafted }),
        counted('c', { predicted_n: 3, predicted_ms: 5, ...drafted }),
        delta({}, 'length'),
      ],
      { drafter: 'ngram-simple' },
    )
    expect(events.slice(1)).toMatchObject([
      { pieces: [{ text: 'a', drafter: '' }], step: { index: 0, drafter: '', tokens: 1, width: 1 } },
      {
        pieces: [
          { text: 'b', drafter: 'ngram-simple' },
          { text: 'c', drafter: '' },
        ],
        step: { index: 1, drafter: 'ngram-simple', tokens: 2, draftedTokens: 3, acceptedTokens: 1, verifyMs: 3 },
      },
      {
        kind: 'end',
        finish: 'length',
        completionTokens: 3,
        summary: {
          ...{ tokens: 3, steps: 2, draftedTokens: 3, acceptedTokens: 1, acceptanceRate: 1 / 3, tokensPerStep: 1.5 },
          byDrafter: { 'ngram-simple': { steps: 1, draftedTokens: 3, acceptedTokens: 1 } },
        },
      },
    ])
  })

  test('that drafted nothing says so', async () => {
    const events = await read([counted('a', {})], { drafter: 'ngram-simple' })
    expect(events.at(-1)).toMatchObject({ notDrafted: 'ngram-simple found nothing to draft' })
  })
})
