import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { keyOf, modelPlace, type RemotePlace } from './model-place.js'

describe('modelPlace', () => {
  it.each([
    ['models/a.gguf', { kind: 'file', path: 'models/a.gguf' }],
    ['a@b.gguf', { kind: 'file', path: 'a@b.gguf' }],
    ['a@http://h:1/v1/', { kind: 'remote', protocol: 'openai', model: 'a', baseUrl: 'http://h:1/v1' }],
    ['o/a@1@https://h/v1', { kind: 'remote', protocol: 'openai', model: 'o/a@1', baseUrl: 'https://h/v1' }],
    [
      'a@https://h/v1#MY_KEY',
      { kind: 'remote', protocol: 'openai', model: 'a', baseUrl: 'https://h/v1', keyVariable: 'MY_KEY' },
    ],
    ['anthropic:claude', { kind: 'remote', protocol: 'anthropic', model: 'claude', keyVariable: 'ANTHROPIC_API_KEY' }],
  ])('reads %s', (text, place) => {
    expect(modelPlace(text)).toEqual(place)
  })

  it('never keeps what may be secret in an address', () => {
    const secret = fc.stringMatching(/^[a-z]{12}$/)
    const ways = fc.constantFrom(
      (text: string) => `a@http://user:${text}@h/v1`,
      (text: string) => `a@http://${text}@h/v1`,
      (text: string) => `a@http://h/v1?key=${text}`,
      (text: string) => `a@http://h/v1#${text}-x`,
    )
    fc.assert(
      fc.property(secret, ways, (text, way) => {
        expect(() => modelPlace(way(text))).toThrow(/^a model behind HTTP must look like (?!.*[a-z]{12}).*$/)
      }),
    )
  })
})

describe('keyOf', () => {
  const place: RemotePlace = { kind: 'remote', protocol: 'openai', model: 'a', baseUrl: 'http://h', keyVariable: 'KEY' }

  it('is the variable’s value, or nothing where none is named', () => {
    expect(keyOf(place, { KEY: 'k' })).toBe('k')
    const { keyVariable: _, ...open } = place
    expect(keyOf(open, {})).toBeUndefined()
  })

  it.each([{}, { KEY: '' }])('says which variable is missing: %j', (env) => {
    expect(() => keyOf(place, env)).toThrow('the key of a is missing: set KEY')
  })
})
