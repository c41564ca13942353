import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import { hastyClock } from '../../test/judging-folder.js'
import { serverFacts } from './server-facts.js'

type Reply = readonly [status: number, body: string]

/** What is made of a server that gives these replies, the last one again and again. */
async function factsOf(...replies: readonly Reply[]) {
  let asked = 0
  const keys: (string | undefined)[] = []
  const server = createServer((request, response) => {
    keys.push(request.headers.authorization)
    const [status, body] = replies[Math.min(asked++, replies.length - 1)] ?? [500, '']
    response.writeHead(status).end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`
  const place = { kind: 'remote', protocol: 'openai', model: 'a', baseUrl } as const
  const clock = hastyClock()
  try {
    const facts = await serverFacts(place, { key: 'k', clock, signal: new AbortController().signal })
    return { facts, asked, keys }
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

const model = (id: string, meta: unknown, more: object = {}) => ({ id, created: 7, meta, ...more })
const listOf = (...data: readonly object[]): Reply => [200, JSON.stringify({ data })]

describe('serverFacts', () => {
  it('keeps what stays the same of the model that is asked', async () => {
    const own = model('a', { n_params: 3, ftype: 'Q8_0', nested: { x: 1 } }, { owned_by: 'llamacpp' })
    const { facts, keys } = await factsOf(listOf(model('b', { n_params: 9 }), own))
    expect(facts).toEqual({ n_params: 3, ftype: 'Q8_0', owner: 'llamacpp' })
    expect(keys).toEqual(['Bearer k'])
  })

  it('takes the one model of a server for the one that is asked', async () => {
    expect((await factsOf(listOf(model('/m/x.gguf', { size: 1 })))).facts).toEqual({ size: 1 })
    expect((await factsOf(listOf(model('b', { size: 1 }), model('c', null)))).facts).toEqual({})
  })

  it.each<[string, Reply]>([
    ['has no list', [404, 'no']],
    ['sends no JSON', [200, '<html>']],
    ['sends another list', [200, '{"data": [{"name": "a"}]}']],
    ['sends more than is read', [200, `{"data": [], "x": "${'x'.repeat(1_100_000)}"}`]],
  ])('knows nothing of a server that %s', async (_, reply) => {
    expect((await factsOf(reply)).facts).toEqual({})
  })

  it('asks again where the server is busy or broken, so that a run has one name', async () => {
    const { facts, asked } = await factsOf([429, ''], [503, ''], listOf(model('a', { size: 1 })))
    expect([facts, asked]).toEqual([{ size: 1 }, 3])
    await expect(factsOf([500, ''])).rejects.toMatchObject({ code: 'ERR_ENGINE_LOST' })
  })

  it('says that a key is refused', async () => {
    await expect(factsOf([401, 'bad key k'])).rejects.toThrow(/^a at http.* refuses the key: HTTP status 401$/)
  })
})
