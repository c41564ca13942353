import { describe, expect, test } from 'vitest'
import { errorTable } from './error-table.js'

describe.each(Object.entries(errorTable))('%s', (code, { cause, cure, exitCode, httpStatus }) => {
  test('is spelled as a code', () => {
    expect(code).toMatch(/^ERR(_[A-Z]+)+$/)
  })

  test('has a cause and a cure that fit into a sentence', () => {
    for (const words of [cause, cure]) expect(words).toMatch(/^[a-z].*[^.]$/i)
    expect(cause).not.toBe(cure)
  })

  test('leaves a program and a server as a failure', () => {
    expect([2, 3, 4, 5, 6, 70, 130]).toContain(exitCode)
    expect(httpStatus).toBeGreaterThanOrEqual(400)
    expect(httpStatus).toBeLessThan(600)
  })
})

test('a fault of the caller is a status of 4xx, one of the server’s side 5xx', () => {
  const usage = Object.values(errorTable).filter(({ exitCode }) => exitCode === 2)
  const engine = Object.values(errorTable).filter(({ exitCode }) => exitCode === 6)
  for (const { httpStatus } of usage) expect(httpStatus).toBeLessThan(500)
  for (const { httpStatus } of engine) expect(httpStatus).toBeGreaterThanOrEqual(500)
})
