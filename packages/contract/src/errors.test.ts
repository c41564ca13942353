import { expect, test } from 'vitest'
import { SpeculationError } from './errors.js'

test('is an Error with a code, a cause and details', () => {
  const cause = new Error('root')
  const error = new SpeculationError('ERR_SESSION_CLOSED', 'the session is closed', { cause, details: { depth: 3 } })
  expect(error).toBeInstanceOf(Error)
  expect(error).toMatchObject({
    name: 'SpeculationError',
    code: 'ERR_SESSION_CLOSED',
    message: 'the session is closed',
    cause,
    details: { depth: 3 },
  })
})

test('has empty details and no cause unless they are given', () => {
  const error = new SpeculationError('ERR_ABORTED', 'the caller cancelled')
  expect(error.details).toEqual({})
  expect('cause' in error).toBe(false)
})

test('is() tells codes apart', () => {
  const error: unknown = new SpeculationError('ERR_CONTEXT_FULL', 'full')
  expect(SpeculationError.is(error)).toBe(true)
  expect(SpeculationError.is(error, 'ERR_CONTEXT_FULL')).toBe(true)
  expect(SpeculationError.is(error, 'ERR_ABORTED')).toBe(false)
})

test('is() recognises an error made by another copy of the package', () => {
  const foreign = Object.assign(new Error('full'), { name: 'SpeculationError', code: 'ERR_CONTEXT_FULL' })
  expect(SpeculationError.is(foreign, 'ERR_CONTEXT_FULL')).toBe(true)
  expect(SpeculationError.is(foreign, 'ERR_ABORTED')).toBe(false)
})

test.each([new Error('other'), { name: 'SpeculationError', code: 'ERR_ABORTED' }, 'ERR_ABORTED', undefined])(
  'is() refuses %o',
  (thrown) => {
    expect(SpeculationError.is(thrown)).toBe(false)
  },
)
