import { once } from 'node:events'
import { createServer } from 'node:net'
import { describe, expect, test } from 'vitest'
import { type More, readAnswer as read, readFrom } from '../../test/read-answer.js'
import {
  lastChunk,
  type Reply,
  refuses,
  says,
  scriptedServer,
  sendEvents,
  textChunk,
} from '../../test/scripted-server.js'
import { upstream } from './upstream.js'

describe('an answer', () => {
  test('is streamed as it comes, from the path under the base', async () => {
    await using server = await scriptedServer(says('one', ' two'))
    expect(await read(server)).toEqual({ words: ['one', ' two'], error: undefined })
    expect(server.requests).toMatchObject([{ url: '/v1/chat/completions', body: { a: 1 } }])
    expect(server.requests[0]?.headers.authorization).toBeUndefined()
  })

  test('without a last line is whole once it says why it ends, and is broken off otherwise', async () => {
    const ends =
      (...events: readonly (object | string)[]) =>
      (response: Parameters<Reply>[0]) => {
        sendEvents(response, [textChunk('one'), ...events])
        response.end()
      }
    await using whole = await scriptedServer(ends(lastChunk('length')))
    expect(await read(whole)).toEqual({ words: ['one'], error: undefined })
    await using broken = await scriptedServer(ends())
    const { words, error } = await read(broken)
    expect(words).toEqual(['one'])
    expect(error).toMatchObject({ code: 'ERR_ENGINE_LOST', message: `${broken.url}: its answer broke off` })
    expect(broken.requests).toHaveLength(1)
  })

  test('that does not come in a stream is read as a whole', async () => {
    await using server = await scriptedServer(refuses(200, { tokens: [1, 2] }))
    using client = upstream({ servers: [{ baseUrl: server.url }] })
    expect(await client.post('../tokenize', { content: 'a' })).toEqual({ tokens: [1, 2] })
    expect(await client.get('models')).toEqual({ tokens: [1, 2] })
    expect(server.requests.map(({ url }) => url)).toEqual(['/tokenize', '/v1/models'])
  })

  test('takes as long as its reader', async () => {
    await using server = await scriptedServer(says('one', 'two'))
    using client = upstream({ servers: [{ baseUrl: server.url }], idleTimeoutMs: 20, firstTokenTimeoutMs: 500 })
    let events = 0
    for await (const _ of client.stream('chat/completions', {})) {
      events++
      await new Promise((resolve) => setTimeout(resolve, 40))
    }
    expect(events).toBe(4)
  })
})

function endsWith(response: Parameters<Reply>[0], event: object | string): void {
  sendEvents(response, [event])
  response.end()
}

describe('another attempt', () => {
  const drops: Reply = (response) => response.destroy()
  const hangsUp: Reply = (response) => {
    sendEvents(response, [{ choices: [{ delta: { role: 'assistant' } }] }])
    setImmediate(() => response.destroy())
  }

  test.each<[string, Reply]>([
    ['500', refuses(500, { error: { message: 'no slot' } })],
    ['503', refuses(503, 'Loading model')],
    ['429 with a time', refuses(429, { error: { message: 'slower' } }, { 'retry-after': '0.01' })],
    ['a dropped connection', drops],
    ['a stream that is cut before its first token', hangsUp],
    ['no JSON', (response) => endsWith(response, '{"choices":')],
    ['no stream', refuses(200, { choices: [] }, { 'content-type': 'application/json' })],
    ['an error as the first event', (response) => endsWith(response, { error: { message: 'x' } })],
  ])('is made after %s', async (_, reply) => {
    await using server = await scriptedServer(reply, says('one'))
    expect(await read(server)).toEqual({ words: ['one'], error: undefined })
    expect(server.requests).toHaveLength(2)
  })

  test.each<[string, Reply, string, RegExp]>([
    ['400', refuses(400, { error: { message: 'bad "top_p"' } }), 'ERR_OPTION_INVALID', /answered 400: bad "top_p"$/],
    [
      '400 for a long text',
      refuses(400, { error: { code: 400, message: 'too long', type: 'exceed_context_size_error' } }),
      'ERR_CONTEXT_FULL',
      /too long/,
    ],
    ['401', refuses(401, { error: { message: 'who are you' } }), 'ERR_ENGINE_LOST', /answered 401: who are you/],
    ['404 in words', refuses(404, '<html><b>Not found</b></html>'), 'ERR_OPTION_INVALID', /answered 404: Not found$/],
    ['422', refuses(422, { detail: 'temperature' }), 'ERR_OPTION_INVALID', /answered 422: temperature$/],
    ['501', refuses(501, { error: { message: 'start it with --embeddings' } }), 'ERR_OPTION_INVALID', /--embeddings/],
    [
      'a long wait',
      refuses(429, { error: { message: 'tomorrow' } }, { 'retry-after': '86400' }),
      'ERR_BUDGET_EXCEEDED',
      /429: tomorrow/,
    ],
  ])('is not made after %s', async (_, reply, code, message) => {
    await using server = await scriptedServer(reply, says('one'))
    const { words, error } = await read(server)
    expect(words).toEqual([])
    expect(error).toMatchObject({ code, message: expect.stringMatching(message) })
    expect(server.requests).toHaveLength(1)
  })

  test('is not made once a token has come', async () => {
    const cut: Reply = (response) => {
      sendEvents(response, [textChunk('one')])
      setTimeout(() => response.destroy(), 20)
    }
    const fails: Reply = (response) => {
      sendEvents(response, [textChunk('one'), { error: { code: 500, message: 'no memory' } }])
      response.end()
    }
    for (const reply of [cut, fails]) {
      await using server = await scriptedServer(reply)
      const { words, error } = await read(server)
      expect(words).toEqual(['one'])
      expect(error).toMatchObject({ code: 'ERR_ENGINE_LOST' })
      expect(server.requests).toHaveLength(1)
    }
  })

  test('is made at once, and is no attempt, where a kept connection was just being closed', async () => {
    await using server = await scriptedServer(says('one'), drops, says('two'), drops)
    using client = upstream({ servers: [{ baseUrl: server.url }], retries: 0 })
    expect(await readFrom(client)).toEqual({ words: ['one'], error: undefined })
    expect(await readFrom(client)).toEqual({ words: ['two'], error: undefined })
    expect(client.states).toMatchObject([{ circuit: 'closed' }])
    expect(server.requests).toHaveLength(3)
    // The new connection is none that was kept.
    expect((await readFrom(client)).error).toMatchObject({ code: 'ERR_ENGINE_LOST' })
  })

  test('is the last one after as many as are allowed, and tells the last reason', async () => {
    await using server = await scriptedServer(refuses(500, 'a'), refuses(500, 'b'), refuses(502, 'c'))
    const { error } = await read(server)
    expect(error).toMatchObject({ code: 'ERR_ENGINE_LOST', message: `${server.url} answered 502: c` })
    expect(server.requests).toHaveLength(3)
  })
})

describe('time', () => {
  const never: Reply = () => {}
  const stops: Reply = (response) => sendEvents(response, [textChunk('one')])
  const pings: Reply = (response) => {
    sendEvents(response, [{ choices: [{ delta: { role: 'assistant' } }] }])
    const timer = setInterval(() => response.write(': ping\n\n'), 5)
    response.once('close', () => clearInterval(timer))
  }

  test.each<[string, Reply, More, RegExp]>([
    ['no answer', never, { firstTokenTimeoutMs: 60 }, /no first token within 0\.06 s/],
    ['signs of life, but no token', pings, { firstTokenTimeoutMs: 60 }, /no first token within 0\.06 s/],
    ['a token, and nothing more', stops, { idleTimeoutMs: 60 }, /nothing more within 0\.06 s/],
  ])('%s', async (_, reply, more, words) => {
    await using server = await scriptedServer(reply)
    const { error } = await read(server, { ...more, retries: 0 })
    expect(error).toMatchObject({ code: 'ERR_ENGINE_LOST', message: expect.stringMatching(words) })
    await server.requests[0]?.closed
  })

  test('a connection that is not made', async () => {
    // It takes connections and never greets, as TLS would have to.
    await using mute = createServer((socket) => socket.resume()).listen(0, '127.0.0.1')
    await once(mute, 'listening')
    const { port } = mute.address() as { port: number }
    using client = upstream({ servers: [{ baseUrl: `https://127.0.0.1:${port}` }], retries: 0, connectTimeoutMs: 60 })
    await expect(client.get('models')).rejects.toThrow('no connection within 0.06 s')
  })

  test('a caller that cancels frees its place at once', async () => {
    await using server = await scriptedServer(stops)
    const caller = new AbortController()
    setTimeout(() => caller.abort(), 30)
    const { words, error } = await read(server, {}, caller.signal)
    expect(words).toEqual(['one'])
    expect(error).toMatchObject({ code: 'ERR_ABORTED' })
    await server.requests[0]?.closed
    expect((await read(server, {}, AbortSignal.abort())).error).toMatchObject({ code: 'ERR_ABORTED' })
  })

  test('a caller that cancels hears nothing more, also of what has come already', async () => {
    await using server = await scriptedServer(says('one', 'two', 'three'))
    using client = upstream({ servers: [{ baseUrl: server.url }] })
    const caller = new AbortController()
    let events = 0
    const reading = async () => {
      for await (const _ of client.stream('chat/completions', {}, { signal: caller.signal })) {
        if (++events === 2) caller.abort()
      }
    }
    await expect(reading()).rejects.toMatchObject({ code: 'ERR_ABORTED' })
    expect(events).toBe(2)
  })

  test('a reader that leaves frees its place at once', async () => {
    await using server = await scriptedServer(stops)
    using client = upstream({ servers: [{ baseUrl: server.url }] })
    for await (const _ of client.stream('chat/completions', {})) break
    await server.requests[0]?.closed
    expect(client.states).toMatchObject([{ pending: 0, circuit: 'closed' }])
  })
})

describe('size', () => {
  test.each<[string, string]>([
    ['a huge event', `data: ${'x'.repeat(5_000)}\n\n`],
    ['a line without an end', 'x'.repeat(5_000)],
    ['many lines of one event', 'data: xxxxxxxxx\n'.repeat(500)],
  ])('%s ends the attempt', async (_, sent) => {
    await using server = await scriptedServer((response) =>
      response.writeHead(200, { 'content-type': 'text/event-stream' }).end(sent),
    )
    const { error } = await read(server, { mostEventCharacters: 1_024, retries: 0 })
    expect(error).toMatchObject({ message: expect.stringContaining('an event of more than 1024 characters') })
  })

  test('a huge answer ends the attempt', async () => {
    await using server = await scriptedServer(refuses(200, 'x'.repeat(5_000)))
    using client = upstream({ servers: [{ baseUrl: server.url }], mostAnswerBytes: 1_024, retries: 0 })
    await expect(client.post('embeddings', {})).rejects.toThrow('more than 1024 bytes')
  })
})

describe('several servers', () => {
  test('the one with the fewest requests is asked', async () => {
    const waits: Reply = (response) => sendEvents(response, [textChunk('slow')])
    await using first = await scriptedServer(waits)
    await using second = await scriptedServer(waits)
    using client = upstream({ servers: [{ baseUrl: first.url }, { baseUrl: second.url }] })
    const open = Array.from({ length: 4 }, () => client.stream('chat/completions', {}))
    for (const one of open) await one.next()
    expect([first.requests.length, second.requests.length]).toEqual([2, 2])
    expect(client.states.map(({ pending }) => pending)).toEqual([2, 2])
    await open[0]?.return()
    await open[2]?.return()
    const pending = client.states.map((state) => state.pending)
    const free = pending.indexOf(0)
    expect(pending[1 - free]).toBe(2)
    const next = client.stream('chat/completions', {})
    await next.next()
    expect([first, second][free]?.requests).toHaveLength(3)
    for (const one of [next, ...open]) await one.return()
  })

  test('another one is asked at once where one fails', async () => {
    await using bad = await scriptedServer(refuses(500, 'no'))
    await using good = await scriptedServer(says('one'))
    using client = upstream({ servers: [{ baseUrl: bad.url }, { baseUrl: good.url }], firstDelayMs: 60_000 })
    for (let i = 0; i < 6; i++) expect(await readFrom(client)).toEqual({ words: ['one'], error: undefined })
  })

  test('one that fails again and again is left alone, tried after a while, and taken back', async () => {
    let isWell = false
    const reply: Reply = (response, request) => (isWell ? says('one') : refuses(500, 'ill'))(response, request)
    await using server = await scriptedServer(reply)
    using client = upstream({ servers: [{ baseUrl: server.url }], retries: 0, failuresToOpen: 2, openMs: 50 })
    for (let i = 0; i < 2; i++) expect((await readFrom(client)).error).toMatchObject({ code: 'ERR_ENGINE_LOST' })
    expect(client.states).toMatchObject([{ circuit: 'open', failure: `${server.url} answered 500: ill` }])
    const { error } = await readFrom(client)
    expect(error).toMatchObject({ message: expect.stringMatching(/no server may be asked for another 1 s: .*ill/) })
    expect(server.requests).toHaveLength(2)

    isWell = true
    await expect.poll(() => client.states[0]?.circuit).toBe('half-open')
    expect(await readFrom(client)).toEqual({ words: ['one'], error: undefined })
    expect(client.states).toMatchObject([{ circuit: 'closed' }])
  })
})
