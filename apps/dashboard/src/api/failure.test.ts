import { describe, expect, it } from 'vitest'
import { failureOf } from './failure.js'

describe('failureOf', () => {
  it('says the server’s cause and a cure', () => {
    const body = { error: { message: 'the key is unknown', type: 'authentication_error', code: 'invalid_api_key' } }
    expect(failureOf(401, body)).toEqual({
      code: 'invalid_api_key',
      cause: 'the key is unknown',
      cure: 'Enter the API key in the settings.',
      needsKey: true,
    })
  })

  it('knows what a person can do where the code says more than the status', () => {
    const body = { error: { message: 'the prompt has 9,000 tokens', code: 'ERR_CONTEXT_FULL' } }
    expect(failureOf(400, body).cure).toContain('new conversation')
  })

  it('says when to try again', () => {
    expect(failureOf(429, {}, 12).cure).toContain('in 12 s')
  })

  it.each([undefined, null, 'text', { error: 7 }, { error: { message: 7, code: [] } }])(
    'makes do with the status where the body is %j',
    (body) => {
      expect(failureOf(502, body)).toEqual({ code: '502', cause: 'The server answered with status 502.', cure: '' })
    },
  )
})
