import { describe, expect, test, vi } from 'vitest'
import { readAnswer, readFrom } from '../../test/read-answer.js'
import { type Reply, refuses, says, scriptedServer } from '../../test/scripted-server.js'
import { upstream } from './upstream.js'

describe('the key', () => {
  const apiKey = 'sk-very-secret'

  test('goes into the header and never into a message', async () => {
    const reply: Reply = (response, { headers }) => refuses(400, `who is ${headers.authorization}?`)(response, never)
    await using server = await scriptedServer(reply)
    const { error } = await readAnswer(server, { apiKey })
    expect(server.requests[0]?.headers.authorization).toBe(`Bearer ${apiKey}`)
    expect(error).toMatchObject({ message: expect.stringContaining('who is Bearer [secret]?') })
    expect(JSON.stringify([error, (error as Error).stack])).not.toContain(apiKey)
  })

  test('comes from a variable of the environment, which has to be there', async () => {
    vi.stubEnv('FORETOKEN_TEST_KEY', apiKey)
    await using server = await scriptedServer(says('one'))
    await readAnswer(server, { apiKeyVariable: 'FORETOKEN_TEST_KEY' })
    vi.unstubAllEnvs()
    expect(server.requests[0]?.headers.authorization).toBe(`Bearer ${apiKey}`)
    expect(() => upstream({ servers: [{ baseUrl: server.url, apiKeyVariable: 'FORETOKEN_TEST_KEY' }] })).toThrow(
      'the environment has no FORETOKEN_TEST_KEY',
    )
  })

  test('and the model are each server’s own', async () => {
    await using first = await scriptedServer(refuses(500, 'no'))
    await using second = await scriptedServer(says('one'))
    using client = upstream({
      servers: [
        { baseUrl: first.url, apiKey: 'key-one', model: 'a' },
        { baseUrl: second.url, apiKey: 'key-two', model: 'b' },
      ],
    })
    expect(await readFrom(client)).toEqual({ words: ['one'], error: undefined })
    expect(first.requests).toMatchObject([{ body: { a: 1, model: 'a' }, headers: { authorization: 'Bearer key-one' } }])
    expect(second.requests).toMatchObject([
      { body: { a: 1, model: 'b' }, headers: { authorization: 'Bearer key-two' } },
    ])
  })

  test.each(['two words', 'line\nbreak', ''])('that a header cannot hold is refused without being told: %j', (key) => {
    expect(() => upstream({ servers: [{ baseUrl: 'http://a', apiKey: key }] })).toThrow('visible ASCII')
  })
})

test.each(['ftp://a', 'http://user:password@a/v1', 'http://a/v1?key=1', 'a'])(
  'the address %s is refused',
  (baseUrl) => {
    const servers = [{ baseUrl: 'http://a' }, { baseUrl }]
    expect(() => upstream({ servers })).toThrow(/^baseUrl of server 2 must be an http or https URL without user/)
  },
)

test('no server is refused', () => expect(() => upstream({ servers: [] })).toThrow('servers must name one'))

const never = { url: '', headers: {}, body: undefined, closed: Promise.resolve() }
