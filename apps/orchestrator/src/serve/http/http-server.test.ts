import { request as httpRequest } from 'node:http'
import { SpeculationError } from '@foretoken/contract'
import { expect, test } from 'vitest'
import { post, rawClient } from '../../../test/raw-client.js'
import { endless, gate, opening, said, scriptedServer } from '../../../test/scripted-server.js'
import { eventually, scriptedService } from '../../../test/scripted-service.js'
import { httpServer } from './http-server.js'

const ask = { model: 'base', messages: [{ role: 'user', content: 'Hi' }] }
const chat = (url: string, body: object = ask, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })

/** The status where a request is addressed to another name. */
function statusFor(url: string, host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    httpRequest(`${url}/health`, { headers: { host } }, (answer) => resolve(answer.resume().statusCode))
      .on('error', reject)
      .end()
  })
}

test('on loopback only loopback’s names are answered', async () => {
  await using server = await scriptedServer({ hostNames: ['box.example'] })
  for (const host of ['localhost', 'LOCALHOST:8080', '127.0.0.1:1', '[::1]:8080', 'box.example'])
    expect(await statusFor(server.url, host)).toBe(200)
  for (const host of ['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example:80', 'evil.example:localhost'])
    expect(await statusFor(server.url, host)).toBe(421)
})

test('pages of elsewhere may not ask, unless they are listed', async () => {
  const origin = 'https://app.example'
  const preflight = {
    origin,
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'authorization, x-stainless-os',
  }
  await using closed = await scriptedServer()
  const refused = await fetch(`${closed.url}/v1/chat/completions`, { method: 'OPTIONS', headers: preflight })
  expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([404, null])
  await using open = await scriptedServer({ cors: [origin], keys: [{ name: 'me', secret: 'sk-right-key' }] })
  const allowed = await fetch(`${open.url}/v1/chat/completions`, { method: 'OPTIONS', headers: preflight })
  expect(allowed.status).toBe(204)
  expect(allowed.headers.get('access-control-allow-headers')).toBe('authorization, x-stainless-os')
  expect((await chat(open.url, ask, { origin })).headers.get('access-control-allow-origin')).toBe(origin)
  const other = await chat(open.url, ask, { origin: 'https://evil.example' })
  expect(other.headers.get('access-control-allow-origin')).toBeNull()
  await expect(scriptedServer({ cors: ['*'] })).rejects.toThrow(SpeculationError)
})

test('an answer that takes too long is a 504 that is not tried again, and the service stops', async () => {
  await using server = await scriptedServer({ limits: { requestMs: 50 } })
  server.says((_, { signal }) => endless(signal, false))
  const answer = await chat(server.url)
  expect([answer.status, answer.headers.get('x-should-retry')]).toEqual([504, 'false'])
  expect(await answer.json()).toMatchObject({ error: { code: 'request_timeout' } })
  await eventually(() => server.service.open === 0)
  server.says((_, { signal }) => endless(signal, true))
  expect(await (await chat(server.url, { ...ask, stream: true })).text()).toContain('request_timeout')
})

test('a service that is deaf to the signal keeps nobody', async () => {
  await using server = await scriptedServer({ limits: { requestMs: 50 } })
  server.says(async function* () {
    yield* opening
    await new Promise(() => {})
  })
  expect((await chat(server.url)).status).toBe(504)
})

test.each([{ requestMs: 0 }, { bodyBytes: 1.5 }, { stallMs: Number.POSITIVE_INFINITY }, { answerTokens: 0 }])(
  'limits that are none are refused: %o',
  async (limits) => {
    await expect(scriptedServer({ limits })).rejects.toThrow(/^limits\.\w+ must be/)
  },
)

test('tokens are limited', async () => {
  await using server = await scriptedServer({ limits: { answerTokens: 10 } })
  expect((await chat(server.url, { ...ask, max_tokens: 11 })).status).toBe(400)
  await chat(server.url)
  expect(server.service.asked.at(-1)?.request.maxTokens).toBe(10)
})

test('connections are limited', async () => {
  await using server = await scriptedServer({ limits: { connections: 2 } })
  const held = await Promise.all([rawClient(server.url), rawClient(server.url)])
  // Whoever connected has to be counted before the next one comes.
  await eventually(() => held.length === 2)
  for (const { socket } of held) socket.write('GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n')
  await eventually(() => held.every((client) => client.received().includes('200')))
  using third = await rawClient(server.url)
  expect(await third.closed()).toBe('')
  for (const client of held) client[Symbol.dispose]()
})

test('a stream that waits says so, and can be read nevertheless', async () => {
  await using server = await scriptedServer({ limits: { heartbeatMs: 10 } })
  const beat = gate()
  server.says(async function* () {
    yield { kind: 'queued', position: 2 }
    await beat.opened
    yield* opening
    yield* [said('x'), { kind: 'end', finish: 'stop', completionTokens: 1 } as const]
  })
  const answer = await chat(server.url, { ...ask, stream: true })
  const texts: string[] = []
  for await (const part of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    texts.push(part)
    if (texts.join('').includes(': queued 2\n\n')) beat.open()
  }
  expect(texts.join('')).toContain('"content":"x"')
  expect(texts.join('')).toMatch(/\[DONE\]\n\n$/)
})

test('64 streams at once are each whole', async () => {
  await using server = await scriptedServer()
  server.says((request) => {
    const { seed = 0 } = request.sampling
    const words = Array.from({ length: 50 }, (_, index) => said(`${seed}.${index} `))
    return [...opening, ...words, { kind: 'end', finish: 'stop', completionTokens: 50 }]
  })
  const texts = await Promise.all(
    Array.from({ length: 64 }, async (_, seed) => (await chat(server.url, { ...ask, seed, stream: true })).text()),
  )
  for (const [seed, text] of texts.entries()) {
    const contents = [...text.matchAll(/"content":"(\S+) "/g)].map(([, word]) => word)
    expect(contents).toEqual(Array.from({ length: 50 }, (_, index) => `${seed}.${index}`))
    expect(text.endsWith('data: [DONE]\n\n')).toBe(true)
  }
})

test('what is open when the server ends is written to its end, and nothing new is taken', async () => {
  await using server = await scriptedServer()
  const end = gate()
  server.says(async function* () {
    yield* opening
    await end.opened
    yield* [said('late'), { kind: 'end', finish: 'stop', completionTokens: 1 } as const]
  })
  const open = chat(server.url)
  await eventually(() => server.service.open === 1)
  const ending = server[Symbol.asyncDispose]()
  const refused = await chat(server.url)
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1'])
  expect((await fetch(`${server.url}/ready`)).status).toBe(503)
  expect((await fetch(`${server.url}/health`)).status).toBe(200)
  end.open()
  expect(await (await open).json()).toMatchObject({ choices: [{ message: { content: 'late' } }] })
  await ending
  await expect(fetch(`${server.url}/health`)).rejects.toThrow()
})

test('what is not written in time is cut off when the server ends', async () => {
  const server = await scriptedServer({ limits: { drainMs: 20 } })
  server.says((_, { signal }) => endless(signal, false))
  const open = chat(server.url)
  using unread = await rawClient(server.url)
  unread.socket.write(post('/v1/chat/completions', { ...ask, stream: true }))
  await eventually(() => server.service.open === 2)
  await server[Symbol.asyncDispose]()
  expect((await open).status).toBe(503)
  expect(await unread.closed()).toContain('server_ending')
  await eventually(() => server.service.open === 0)
})

test('a name with several addresses is one address', async () => {
  await using server = await scriptedServer({ host: 'localhost' })
  expect(new URL(server.url).hostname).toBe('127.0.0.1')
})

test('a port that is taken is said so', async () => {
  await using server = await scriptedServer()
  const port = Number(new URL(server.url).port)
  await expect(httpServer({ service: scriptedService(), port })).rejects.toThrow(/^port \d+ of 127\.0\.0\.1 is in use/)
})
