import { describe, expect, it } from 'vitest'
import { hastyClock } from '../../test/judging/hasty-clock.js'
import { type ScriptedReply, scriptedServer } from '../../test/judging/scripted-server.js'
import { judgeBudget } from './judge-budget.js'
import { llmJudge } from './llm-judge.js'
import { remoteComplete } from './remote-complete.js'

const prompt = { messages: [{ role: 'user' as const, content: 'What is 2 + 2?' }], reference: '4' }
const candidate = { model: 'small', answer: { text: 'It is 4.' } }
const good: ScriptedReply = { kind: 'answer', text: '{"reason": "As the reference says.", "score": 3}' }

async function judged(script: readonly ScriptedReply[]) {
  await using server = await scriptedServer(script)
  const clock = hastyClock()
  const complete = remoteComplete({
    protocol: 'openai',
    baseUrl: server.baseUrl,
    model: 'judge',
    apiKey: 'secret',
    clock,
  })
  const budget = judgeBudget()
  const judge = llmJudge({ model: 'judge', complete, clock, maxAttempts: 3, budget })
  const outcome = await judge.score(prompt, candidate).then(
    ({ score }) => ({ score, error: '' }),
    (error: Error) => ({ score: undefined, error: error.message }),
  )
  return { ...outcome, waits: clock.waits, requests: server.requests, spent: budget.spent }
}

describe('a judge over HTTP', () => {
  it('sends what an OpenAI-compatible server expects, and counts its tokens', async () => {
    const { score, requests, spent } = await judged([good])
    expect(score).toBe(3)
    expect(spent.tokens).toBe(120)
    expect(requests).toHaveLength(1)
    expect(requests[0]?.path).toBe('/v1/chat/completions')
    expect(requests[0]?.headers.authorization).toBe('Bearer secret')
    expect(requests[0]?.body).toMatchObject({
      model: 'judge',
      temperature: 0,
      seed: 0,
      max_tokens: 2048,
      stream: true,
      response_format: { type: 'json_schema', json_schema: { schema: { required: ['reason', 'score'] } } },
    })
  })

  it('waits as long as a 429 asks for, in seconds or as a date', async () => {
    const busy = (after: string): ScriptedReply => ({ kind: 'status', status: 429, headers: { 'retry-after': after } })
    const { score, waits } = await judged([busy('7'), busy('Thu, 01 Jan 2026 00:00:20 GMT'), good])
    expect(score).toBe(3)
    // The date is 20 seconds after the clock's start, of which 7 have passed.
    expect(waits).toEqual([7_000, 13_000])
  })

  it.each<[string, ScriptedReply]>([
    ['a 500', { kind: 'status', status: 500 }],
    ['a cut connection', { kind: 'cut', text: '{"reason": "As' }],
    ['a stream without an end', { kind: 'unfinished', text: '{"reason": "As' }],
    ['bad JSON in the stream', { kind: 'garbage', text: '{"id": nonsense' }],
    ['another kind of JSON', { kind: 'garbage', text: '{"hello": 1}' }],
  ])('gets through %s', async (_, fault) => {
    const { score, error, waits, requests } = await judged([fault, fault, good])
    expect([score, error]).toEqual([3, ''])
    expect(requests).toHaveLength(3)
    // The second wait is twice the first, less up to half.
    expect(waits[0]).toBeGreaterThanOrEqual(500)
    expect(waits[1]).toBeGreaterThanOrEqual(1_000)
  })

  it('asks without a schema where the server takes none', async () => {
    const { score, requests } = await judged([
      { kind: 'status', status: 400, message: 'response_format is unknown' },
      good,
    ])
    expect(score).toBe(3)
    expect(requests.map(({ body }) => 'response_format' in body)).toEqual([true, false])
    // The second refusal is about something else.
    const { error } = await judged([{ kind: 'status', status: 400 }])
    expect(error).toBe('judge answered with HTTP status 400: scripted 400')
  })

  it('gets through a slow server, and one that first sends no verdict', async () => {
    expect(await judged([{ ...good, pauseMs: 2 }])).toMatchObject({ score: 3 })
    const { score, requests } = await judged([{ kind: 'answer', text: 'I like it!' }, good])
    expect(score).toBe(3)
    expect(JSON.stringify(requests[1]?.body)).toContain('That is no verdict: the reply is no JSON object')
  })

  it.each<[string, ScriptedReply, RegExp]>([
    [
      '500',
      { kind: 'status', status: 500 },
      /^judge answered with HTTP status 500: scripted 500 \(the last of 3 attempts\)$/,
    ],
    ['401', { kind: 'status', status: 401 }, /^judge answered with HTTP status 401: scripted 401$/],
    [
      'an hour',
      { kind: 'status', status: 429, headers: { 'retry-after': '3600' } },
      /^judge answered with HTTP status 429: scripted 429 \(it asks to wait 3600 seconds, which is too long\)$/,
    ],
    ['cut', { kind: 'cut', text: 'half' }, /^judge .+\(the last of 3 attempts\)$/],
    ['prose', { kind: 'answer', text: 'Fine.' }, /^judge gave no verdict in 3 replies: the reply is no JSON object/],
  ])('fails with one clear sentence: %s', async (_, fault, sentence) => {
    const { score, error } = await judged([fault])
    expect(score).toBeUndefined()
    expect(error).toMatch(sentence)
    expect(error).not.toContain('secret')
    expect(error).not.toContain('\n')
  })

  it('never tells the key, even where the server does', async () => {
    const { error } = await judged([{ kind: 'status', status: 401, message: 'the key secret is wrong' }])
    expect(error).toBe('judge answered with HTTP status 401: the key [key] is wrong')
  })

  it.each([
    'request (3009 tokens) exceeds the available context size: exceed_context_size_error',
    'This model’s maximum context length is 4096 tokens',
  ])('knows a prompt that is too long: %s', async (message) => {
    await using server = await scriptedServer([{ kind: 'status', status: 400, message }])
    const complete = remoteComplete({ protocol: 'openai', baseUrl: server.baseUrl, model: 'small' })
    await expect(complete(prompt.messages, { maxTokens: 5 })).rejects.toMatchObject({ code: 'ERR_CONTEXT_FULL' })
  })

  it('fails with one clear sentence where nobody listens', async () => {
    const clock = hastyClock()
    const complete = remoteComplete({ protocol: 'openai', baseUrl: 'http://127.0.0.1:1/v1', model: 'judge', clock })
    const judge = llmJudge({ model: 'judge', complete, clock, maxAttempts: 2 })
    await expect(judge.score(prompt, candidate)).rejects.toThrow(
      /^judge cannot be reached: .+\(the last of 2 attempts\)$/,
    )
  })

  it('is cancelled in the middle of a reply, and hangs up', async () => {
    await using server = await scriptedServer([{ kind: 'endless', text: 'thinking' }])
    const clock = hastyClock()
    const complete = remoteComplete({ protocol: 'openai', baseUrl: server.baseUrl, model: 'judge', clock })
    const stop = new AbortController()
    const judging = llmJudge({ model: 'judge', complete, clock }).score(prompt, candidate, { signal: stop.signal })
    const refused = expect(judging).rejects.toMatchObject({ code: 'ERR_ABORTED' })
    await server.started
    stop.abort()
    await refused
    await server.left
    expect(server.requests).toHaveLength(1)
  })

  it('keeps what was written when the time is up', async () => {
    await using server = await scriptedServer([{ kind: 'endless', text: 'The answer is 4 because' }])
    const complete = remoteComplete({ protocol: 'openai', baseUrl: server.baseUrl, model: 'small' })
    const late = new AbortController()
    const answering = complete(prompt.messages, { maxTokens: 100, signal: late.signal })
    await server.started
    // The last piece is on its way; the client reads it before it hears of the end.
    setTimeout(() => late.abort(), 50)
    expect(await answering).toMatchObject({ text: 'The answer is 4 because', finish: 'timeout' })
  })
})
