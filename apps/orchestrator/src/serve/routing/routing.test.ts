import { describe, expect, test } from 'vitest'
import { type AnswerCheck, faultOf } from './answer-check.js'
import { houseRoutes } from './house-routes.js'
import { labelProbabilities } from './label-probabilities.js'

const said = (text: string, callsTools = false) => ({ text, callsTools })

describe('a check', () => {
  const loop = 'and so on '.repeat(40)
  test.each<[AnswerCheck, string, string]>([
    [{ kind: 'empty' }, 'Yes.', ' \n<think>hm</think> '],
    [{ kind: 'loop' }, 'one two three', loop],
    [{ kind: 'json' }, '{"a": [1]}', '{"a": [1}'],
    [{ kind: 'regex', pattern: '^(yes|no)$' }, 'yes', 'yes, but'],
  ])('%j passes %j and not %j', (check, good, bad) => {
    expect(faultOf(said(good), [check])).toBeUndefined()
    expect(faultOf(said(bad), [check])).toMatch(/^the answer /)
    expect(faultOf(said(bad, true), [check])).toBeUndefined()
  })

  test('the first that fails says why', () => {
    expect(faultOf(said(''), [{ kind: 'json' }, { kind: 'empty' }])).toBe('the answer is not JSON')
  })
})

test('a model’s own name wins over another one’s file', () => {
  const routes = houseRoutes({
    models: [
      { name: 'a', aliases: ['b', 'a.gguf'] },
      { name: 'b', aliases: [] },
    ],
    roles: [],
  })
  expect(routes.resolve('b')).toEqual({ kind: 'model', model: 'b' })
  expect(routes.resolve('a.gguf')).toEqual({ kind: 'model', model: 'a' })
  for (const name of ['auto', 'role:x', 'toString'])
    expect(() => routes.resolve(name)).toThrow(expect.objectContaining({ code: 'ERR_MODEL_UNKNOWN' }))
})

describe('probabilities of labels', () => {
  const token = (text: string, probability: number, ...others: readonly (readonly [string, number])[]) => ({
    text,
    logProbability: Math.log(probability),
    top: others.map(([other, share]) => ({ text: other, logProbability: Math.log(share) })),
  })

  test('follow the tokens where labels part', () => {
    const tokens = [token('"co', 0.8, ['"wri', 0.2]), token('der', 0.5, ['ach', 0.5]), token('"', 1)]
    const { coder = 0, coach = 0, writer = 0 } = labelProbabilities(tokens, ['coder', 'coach', 'writer'])
    expect([coder, coach, writer].map((share) => share.toFixed(2))).toEqual(['0.40', '0.40', '0.20'])
  })

  test('divide what begins several labels, and leave out what begins none', () => {
    const tokens = [token('"writer"', 0.6, ['"co', 0.2], ['nonsense', 0.2])]
    const { coder = 0, coach = 0, writer = 0 } = labelProbabilities(tokens, ['coder', 'coach', 'writer'])
    expect([coder, coach, writer].map((share) => share.toFixed(3))).toEqual(['0.125', '0.125', '0.750'])
  })

  test('are none where nothing is said of labels', () => {
    expect(labelProbabilities([], ['a', 'b'])).toEqual({})
    expect(labelProbabilities([token('x', 1)], ['a', 'b'])).toEqual({})
  })
})
