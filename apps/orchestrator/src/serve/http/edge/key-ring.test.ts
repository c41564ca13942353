import { createHash } from 'node:crypto'
import { SpeculationError } from '@foretoken/contract'
import { expect, test } from 'vitest'
import { keyRing } from './key-ring.js'

const secret = 'sk-right-key'
const sha256 = createHash('sha256').update(secret).digest('hex')

test.each([{ secret }, { sha256 }, { sha256: sha256.toUpperCase() }])(
  'a key is known by either header: %o',
  (known) => {
    const identify = keyRing([
      { name: 'other', secret: 'sk-other-key' },
      { name: 'me', priority: 3, ...known },
    ])
    const me = { name: 'me', priority: 3 }
    expect(identify({ authorization: `Bearer ${secret}` })).toEqual(me)
    expect(identify({ authorization: `bearer ${secret}` })).toEqual(me)
    expect(identify({ 'x-api-key': secret })).toEqual(me)
    for (const headers of [{}, { authorization: secret }, { 'x-api-key': `${secret}1` }, { 'x-api-key': sha256 }])
      expect(() => identify(headers)).toThrow(expect.objectContaining({ status: 401 }))
  },
)

test('without keys everybody is let in', () => {
  expect(keyRing([])({})).toEqual({ name: 'local', admin: true })
})

test.each([
  [{ name: '', secret }],
  [{ name: 'two words', secret }],
  [{ name: 'a', secret: 'short' }],
  [{ name: 'a' }],
  [{ name: 'a', secret, sha256 }],
  [{ name: 'a', sha256: 'abc' }],
  [{ name: 'a', secret, priority: 11 }],
])('%o is refused, and not repeated', (key) => {
  const open = () => keyRing([key])
  expect(open).toThrow(SpeculationError)
  expect(open).not.toThrow(new RegExp(`${secret}|${sha256}`))
})

test('a name stands for one key', () => {
  const key = { name: 'a', secret }
  expect(() => keyRing([key, { ...key, secret: 'sk-other-key' }])).toThrow(SpeculationError)
})
