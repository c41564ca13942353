import { afterAll, beforeEach, expect, test } from 'vitest'
import { post, postHead, rawClient } from '../../../test/raw-client.js'
import { endless, opening, said, scriptedServer } from '../../../test/scripted-server.js'
import { eventually } from '../../../test/scripted-service.js'

const path = '/v1/chat/completions'
const server = await scriptedServer({
  keys: [{ name: 'me', secret: 'sk-right-key' }],
  limits: { bodyBytes: 10_000, headBytes: 4_000, receiveMs: 300, stallMs: 300, jsonDepth: 20 },
})
const { service, url } = server
const key = 'authorization: Bearer sk-right-key\r\n'
const ask = { model: 'base', messages: [{ role: 'user', content: 'Hi' }] }

beforeEach(() => server.says())
afterAll(() => server[Symbol.asyncDispose]())

/** Posts a text as it stands. */
function send(body: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer sk-right-key', ...headers },
    body,
  })
}

async function alive(): Promise<void> {
  const answer = await send(JSON.stringify(ask))
  expect(answer.status).toBe(200)
  await answer.text()
}

test.each([
  ['no JSON', '{"model":', 400, 'invalid_json'],
  ['nothing', '', 400, 'invalid_json'],
  ['JSON of another kind', '[]', 400, 'invalid_request'],
  ['deep JSON', `{"model":"base","messages":${'['.repeat(30)}${']'.repeat(30)}}`, 400, 'invalid_json'],
  ['an open bomb', '['.repeat(9_000), 400, 'invalid_json'],
  ['too much', JSON.stringify({ ...ask, more: 'x'.repeat(20_000) }), 413, 'body_too_large'],
])('%s is refused', async (_, body, status, code) => {
  const answer = await send(body)
  expect(answer.status).toBe(status)
  expect(await answer.json()).toMatchObject({ error: { code } })
  await alive()
})

test.each(['{"__proto__":{"polluted":1}}', '{"constructor":{"prototype":{"polluted":1}}}'])(
  'keys of prototypes are refused: %s',
  async (poison) => {
    const body = JSON.stringify({ ...ask, tools: 'TOOLS' }).replace(
      '"TOOLS"',
      `[{"type":"function","function":{"name":"f","parameters":${poison}}}]`,
    )
    expect((await send(body)).status).toBe(400)
    expect(({} as { polluted?: number }).polluted).toBeUndefined()
  },
)

test('what is not sent as JSON is refused, so a page of elsewhere cannot send it unasked', async () => {
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data'])
    expect((await send(JSON.stringify(ask), { 'content-type': type })).status).toBe(415)
})

test('a body of no end is cut off', async () => {
  using client = await rawClient(url)
  client.socket.write(
    `POST ${path} HTTP/1.1\r\nhost: localhost\r\n${key}content-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n`,
  )
  const timer = setInterval(() => client.socket.write(`400\r\n${'x'.repeat(1024)}\r\n`), 1)
  try {
    expect(await client.closed()).toMatch(/^HTTP\/1.1 413 /)
  } finally {
    clearInterval(timer)
  }
})

test.each([
  ['a connection that says nothing', ''],
  ['a head that never ends', 'GET /health HTTP/1.1\r\nhost: localhost\r\nx-a: '],
  ['a body that never comes', postHead(path, 100, key)],
])('%s is hung up on in time', async (_, text) => {
  using client = await rawClient(url)
  client.socket.write(text)
  expect(await client.closed()).toMatch(/^(HTTP\/1.1 408 |$)/)
  await alive()
})

test('a flood of headers is cut off', async () => {
  using client = await rawClient(url)
  client.socket.write(`GET /health HTTP/1.1\r\nhost: localhost\r\n${'x-a: b\r\n'.repeat(2_000)}\r\n`)
  expect(await client.closed()).toMatch(/^HTTP\/1.1 431 .*head_too_large/s)
  await alive()
})

test('what is no HTTP is answered and hung up on', async () => {
  using client = await rawClient(url)
  client.socket.write('\u0016\u0003\u0001 hello\r\n\r\n')
  expect(await client.closed()).toMatch(/^HTTP\/1.1 400 .*invalid_http/s)
})

test('a body without a key is not read', async () => {
  using client = await rawClient(url)
  client.socket.write(postHead(path, 9_999))
  await eventually(() => client.received().includes('invalid_api_key'))
  expect(client.received()).toMatch(/^HTTP\/1.1 401 /)
})

test.each(['sk-right-ke', 'sk-right-keyy', 'SK-RIGHT-KEY', '', 'sk-right-key, sk-right-key'])(
  'the key %o is refused',
  async (wrong) => {
    expect((await send(JSON.stringify(ask), { authorization: `Bearer ${wrong}` })).status).toBe(401)
  },
)

test.each([
  '/../../../../etc/passwd',
  '/..%2f..%2f..%2fetc%2fpasswd',
  '/%2e%2e/%2e%2e/etc/passwd',
  '/assets/../../package.json',
  '//etc/passwd',
  '/\\..\\..\\etc\\passwd',
  '/v1/models/..%2f..%2fetc%2fpasswd',
  '/api/requests/..%2f..%2fstate.db',
  '/%00',
  '/%ff',
  `/v1/models/${'x'.repeat(1_000)}`,
  '/constructor',
  '/__proto__',
])('%s leads nowhere', async (wrong) => {
  using client = await rawClient(url)
  client.socket.write(`GET ${wrong} HTTP/1.1\r\nhost: localhost\r\n${key}connection: close\r\n\r\n`)
  expect(await client.closed()).toMatch(/^HTTP\/1.1 404 .*x-request-id: .*"(route|request)_unknown"|ERR_MODEL_UNKNOWN/s)
})

test('a client that is half gone is gone', async () => {
  server.says((_, { signal }) => endless(signal, false))
  const before = service.aborted.length
  using client = await rawClient(url)
  client.socket.write(post(path, { ...ask, stream: true }).replace('\r\n\r\n', `\r\n${key}\r\n`))
  await eventually(() => service.open === 1)
  client.socket.end()
  await eventually(() => service.aborted.length === before + 1 && service.open === 0)
})

test('a client that is gone before it is heard keeps nothing open', async () => {
  server.says((_, { signal }) => endless(signal, false))
  const text = post(path, { ...ask, stream: true }).replace('\r\n\r\n', `\r\n${key}\r\n`)
  for (let round = 0; round < 20; round++) {
    using client = await rawClient(url)
    client.socket.end(text)
    await client.closed()
  }
  await eventually(() => service.open === 0)
})

test('requests that do not wait for answers are answered in their order, and warn of nothing', async () => {
  const warnings: Error[] = []
  const onWarning = (warning: Error) => warnings.push(warning)
  process.on('warning', onWarning)
  using client = await rawClient(url)
  const one = (content: string) =>
    post(path, { ...ask, messages: [{ role: 'user', content }] }).replace('\r\n\r\n', `\r\n${key}\r\n`)
  server.says(({ input }) => [
    ...opening,
    said(input.kind === 'chat' ? (input.messages[0]?.content ?? '') : ''),
    { kind: 'end', finish: 'stop', completionTokens: 1 },
  ])
  const numbers = Array.from({ length: 40 }, (_, index) => `<${index}>`)
  client.socket.write(numbers.map(one).join(''))
  await eventually(() => client.received().includes('<39>'))
  expect([...client.received().matchAll(/"content":"(<\d+>)"/g)].map(([, number]) => number)).toEqual(numbers)
  process.off('warning', onWarning)
  expect(warnings).toEqual([])
})

test('a stream that is not read stops the service, and ends when its time is over', async () => {
  let written = 0
  server.says(async function* (_, { signal }) {
    yield* opening
    while (!signal.aborted) {
      written++
      yield said('x'.repeat(100_000))
    }
  })
  using client = await rawClient(url)
  client.socket.pause()
  client.socket.write(post(path, { ...ask, stream: true }).replace('\r\n\r\n', `\r\n${key}\r\n`))
  await eventually(() => written > 0 && service.open === 0)
  // What sockets hold on their own is some megabytes; the service wrote no further.
  expect(written).toBeLessThan(300)
  server.says()
  await alive()
})

test('many rude clients at once leave nothing behind', async () => {
  server.says((_, { signal }) => endless(signal, true))
  const clients = await Promise.all(Array.from({ length: 30 }, () => rawClient(url)))
  for (const { socket } of clients)
    socket.write(post(path, { ...ask, stream: true }).replace('\r\n\r\n', `\r\n${key}\r\n`))
  await eventually(() => clients.every((client) => client.received().includes('on and')))
  for (const { socket } of clients) socket.resetAndDestroy()
  await eventually(() => service.open === 0)
  server.says()
  await alive()
})
