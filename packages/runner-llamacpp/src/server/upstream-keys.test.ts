import { describe, expect, test, vi } from 'vitest'
import { readAnswer } from '../../test/read-answer.js'
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
    expect(() => upstream({ baseUrls: [server.url], apiKeyVariable: 'FORETOKEN_TEST_KEY' })).toThrow(
      'the environment has no FORETOKEN_TEST_KEY',
    )
  })

  test.each(['two words', 'line\nbreak', ''])('that a header cannot hold is refused without being told: %j', (key) => {
    expect(() => upstream({ baseUrls: ['http://a'], apiKey: key })).toThrow('visible ASCII')
  })
})

test.each([[[]], [['ftp://a']], [['http://user:password@a/v1']], [['http://a/v1?key=1']], [['a']]])(
  'base URLs %j are refused',
  (baseUrls) => {
    expect(() => upstream({ baseUrls })).toThrow('baseUrls')
    expect(() => upstream({ baseUrls })).not.toThrow('password@')
  },
)

const never = { url: '', headers: {}, body: undefined, closed: Promise.resolve() }
