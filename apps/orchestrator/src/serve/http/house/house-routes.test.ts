import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { post, rawClient } from '../../../../test/raw-client.js'
import { endless, opening, scriptedServer } from '../../../../test/scripted-server.js'
import { eventually, scriptedService } from '../../../../test/scripted-service.js'
import type { RequestRecord } from '../../serving-service.js'
import { httpServer } from '../http-server.js'

const ask = { model: 'base', messages: [{ role: 'user', content: 'Hi' }] }
const chat = (url: string, body: object = ask, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })

test('every request is a line of the log, and nothing of what was said is in it', async () => {
  const lines: string[] = []
  const secret = 'sk-very-secret-key'
  const server = await scriptedServer({ keys: [{ name: 'me', secret }], log: { write: (line) => lines.push(line) } })
  const mine = { authorization: `Bearer ${secret}` }
  const told = { ...ask, messages: [{ role: 'user', content: 'my-private-words' }] }
  await (await chat(server.url, told, mine)).text()
  await (await chat(server.url, { ...told, model: 7 }, mine)).text()
  await (await chat(server.url, told, { authorization: 'Bearer sk-wrong-secret' })).text()
  await (await fetch(`${server.url}/nowhere/${secret}?key=${secret}`)).text()
  await (await fetch(`${server.url}/v1/models/${secret}`, { headers: mine })).text()
  server.says(() => {
    throw new TypeError('broken')
  })
  await (await chat(server.url, told, mine)).text()
  server.says((_, { signal }) => endless(signal, false))
  using gone = await rawClient(server.url)
  gone.socket.write(post('/v1/chat/completions', told).replace('\r\n\r\n', `\r\nx-api-key: ${secret}\r\n\r\n`))
  await eventually(() => server.service.open === 1)
  gone.socket.resetAndDestroy()
  await server[Symbol.asyncDispose]()
  await eventually(() => lines.length === 7)
  expect(lines.join('')).not.toMatch(/secret|private|my-private/)
  expect(lines.every((line) => line.endsWith('}\n'))).toBe(true)
  const chatLine = { method: 'POST', route: '/v1/chat/completions' }
  expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
    { ...chatLine, status: 200, key: 'me', model: 'base', promptTokens: 7, completionTokens: 2, finish: 'stop' },
    { ...chatLine, status: 400, key: 'me', error: 'invalid_request', field: 'model' },
    { ...chatLine, status: 401, error: 'invalid_api_key' },
    { method: 'GET', route: 'unmatched', status: 404 },
    { method: 'GET', route: '/v1/models/:id', status: 404, error: 'ERR_MODEL_UNKNOWN' },
    { ...chatLine, status: 500, error: 'UNEXPECTED', message: 'broken' },
    { ...chatLine, status: 499, key: 'me' },
  ])
})

/** Labels have no order of their own. */
function sortedLabels(line: string): string {
  return line.replace(/\{(.*)\}/, (_, labels: string) => `{${labels.split(',').sort().join(',')}}`)
}

test('what was drafted and served is counted', async () => {
  await using server = await scriptedServer()
  const step = {
    index: 0,
    drafter: 'lookup',
    tokens: 2,
    proposedTokens: 3,
    draftedTokens: 2,
    acceptedTokens: 1,
    width: 3,
    batchWidth: 0,
    draftMs: 0,
    verifyMs: 1,
  }
  server.says(() => [
    ...opening,
    { kind: 'piece', pieces: [{ text: 'x', drafter: 'lookup' }], step },
    { kind: 'end', finish: 'stop', completionTokens: 2 },
  ])
  await (await chat(server.url)).text()
  await (await fetch(`${server.url}/wp-login.php`)).text()
  const metrics = await (await fetch(`${server.url}/metrics`)).text()
  const values = new Map(metrics.split('\n').map((line) => sortedLabels(line).split(/ (?=\S+$)/) as [string, string]))
  expect(values.get('foretoken_drafted_tokens_total{drafter="lookup",model="base",role="coder"}')).toBe('2')
  expect(values.get('foretoken_accepted_tokens_total{drafter="lookup",model="base",role="coder"}')).toBe('1')
  const byName = (name: string) => [...values].filter(([key]) => key.startsWith(name)).map(([, value]) => value)
  expect(byName('foretoken_steps_total')).toEqual(['1'])
  expect(byName('foretoken_completion_tokens_total')).toEqual(['2'])
  expect(byName('foretoken_queue_wait_seconds_count')).toEqual(['1'])
  expect(byName('foretoken_first_token_seconds_count')).toEqual(['1'])
  expect(byName('foretoken_answer_tokens_per_second_count')).toEqual(['1'])
  expect(byName('foretoken_queue_length{model="base"}')).toEqual(['2'])
  expect(byName('foretoken_pool_used_bytes')).toEqual(['1000'])
  expect(byName('foretoken_evictions_total')).toEqual(['3'])
  expect(byName('foretoken_goodput_tokens_per_second')).toEqual(['12.5'])
  expect(values.get('foretoken_http_requests_total{method="POST",route="/v1/chat/completions",status="200"}')).toBe('1')
  expect(values.get('foretoken_http_requests_total{method="GET",route="unmatched",status="404"}')).toBe('1')
  expect(metrics).not.toContain('wp-login')
})

test('a key sees its own requests, an admin’s all', async () => {
  const record = (id: string, key: string) => ({ id, key }) as RequestRecord
  const service = scriptedService({ records: [record('1', 'me'), record('2', 'you')] })
  const keys = [
    { name: 'me', secret: 'sk-key-of-me' },
    { name: 'you', secret: 'sk-key-of-you', admin: true },
  ]
  await using server = await httpServer({ service, port: 0, keys })
  const get = async (path: string, key: string) =>
    (await fetch(`${server.url}/api/${path}`, { headers: { 'x-api-key': key } })).json()
  expect(await get('requests', 'sk-key-of-me')).toEqual({ requests: [record('1', 'me')] })
  expect(await get('requests?limit=5', 'sk-key-of-you')).toMatchObject({ requests: [{ id: '1' }, { id: '2' }] })
  expect(await get('requests?limit=x', 'sk-key-of-you')).toMatchObject({ error: { param: 'limit' } })
  expect(await get('requests/1', 'sk-key-of-me')).toEqual({ ...record('1', 'me'), trace: [], droppedSteps: 0 })
  expect(await get('requests/2', 'sk-key-of-me')).toMatchObject({ error: { code: 'request_unknown' } })
  expect(await get('state', 'sk-key-of-me')).toMatchObject({ evicted: 3 })
  expect(await get('state', 'sk-no-key')).toMatchObject({ error: { code: 'invalid_api_key' } })
})

test('the page is served from what was read at the start', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'page-'))
  try {
    await mkdir(join(folder, 'assets'))
    await writeFile(join(folder, 'index.html'), '<p>page</p>')
    await writeFile(join(folder, 'assets', 'main.js'), 'run()')
    await symlink('/etc/passwd', join(folder, 'passwd'))
    await using server = await scriptedServer({ pageFolder: folder })
    await writeFile(join(folder, 'later.txt'), 'later')
    const page = await fetch(`${server.url}/?x=1`)
    expect([page.status, page.headers.get('content-type'), await page.text()]).toEqual([
      200,
      'text/html; charset=utf-8',
      '<p>page</p>',
    ])
    expect(page.headers.get('content-security-policy')).toContain("script-src 'self'")
    expect(page.headers.get('x-content-type-options')).toBe('nosniff')
    expect((await fetch(`${server.url}/assets/main.js`)).headers.get('content-type')).toBe(
      'text/javascript; charset=utf-8',
    )
    const etag = page.headers.get('etag') ?? ''
    expect((await fetch(server.url, { headers: { 'if-none-match': etag } })).status).toBe(304)
    for (const path of ['passwd', 'later.txt', 'assets', 'assets/', 'assets%2fmain.js'])
      expect((await fetch(`${server.url}/${path}`)).status).toBe(404)
  } finally {
    await rm(folder, { recursive: true })
  }
})

test('a folder without a page is refused at the start', async () => {
  await expect(scriptedServer({ pageFolder: join(tmpdir(), 'no-such-folder') })).rejects.toMatchObject({
    code: 'ERR_FILE_NOT_FOUND',
  })
})
