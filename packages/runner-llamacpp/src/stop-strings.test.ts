import { SpeculationError } from '@foretoken/contract'
import { expect, test } from 'vitest'
import { stopScanner } from './stop-strings.js'

test('holds back what may be the start of a stop string, and no more', () => {
  const scanner = stopScanner(['END'])
  expect(scanner.push('one E')).toEqual({ length: 4, stopped: false })
  expect(scanner.push('N')).toEqual({ length: 4, stopped: false })
  expect(scanner.push('E')).toEqual({ length: 6, stopped: false })
  expect(scanner.push('ND two')).toEqual({ length: 6, stopped: true, stopString: 'END' })
  expect(scanner.push('three')).toEqual({ length: 6, stopped: true, stopString: 'END' })
  expect(scanner.end()).toEqual({ length: 6, stopped: true, stopString: 'END' })
})

test.each([
  { name: 'waits while an earlier one is possible', pieces: ['a', 'bc', 'de'], length: 1, stopString: 'bcde' },
  { name: 'takes the later one once the earlier is refuted', pieces: ['a', 'bc', 'dX'], length: 2, stopString: 'c' },
  { name: 'takes the later one at the end', pieces: ['abcd'], length: 2, stopString: 'c' },
])('of overlapping stop strings: $name', ({ pieces, length, stopString }) => {
  const scanner = stopScanner(['bcde', 'c'])
  for (const piece of pieces) scanner.push(piece)
  expect(scanner.end()).toEqual({ length, stopped: true, stopString })
})

test('shows the held back start of a stop string when the text ends', () => {
  const scanner = stopScanner(['\n\n'])
  expect(scanner.push('x\n')).toEqual({ length: 1, stopped: false })
  expect(scanner.end()).toEqual({ length: 2, stopped: false })
})

test('refuses an empty stop string', () => {
  expect(() => stopScanner(['x', ''])).toThrow(SpeculationError)
})
