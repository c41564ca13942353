import fc from 'fast-check'
import { expect, test } from 'vitest'
import { PieceQueue } from './piece-queue.js'

const piece = fc.record({ text: fc.string({ minLength: 1, maxLength: 4 }), drafter: fc.constantFrom('', 'lookup') })

test('every character keeps its maker, however pieces are taken', () => {
  fc.assert(
    fc.property(fc.array(piece), fc.array(fc.nat(6)), (pieces, lengths) => {
      const queue = new PieceQueue()
      queue.push(pieces)
      const left = pieces.reduce((sum, { text }) => sum + text.length, 0)
      const taken = [...lengths, left].flatMap((length) => queue.take(length))
      expect(letters(taken)).toEqual(letters(pieces))
      expect(queue.take(1)).toEqual([])
    }),
  )
})

test('takes as much as was asked for', () => {
  const queue = new PieceQueue()
  queue.push([{ text: 'abc', drafter: 'lookup', probability: 0.5 }])
  queue.push([{ text: 'de', drafter: '' }])
  expect(queue.take(2)).toEqual([{ text: 'ab', drafter: 'lookup', probability: 0.5 }])
  expect(queue.take(2)).toEqual([
    { text: 'c', drafter: 'lookup', probability: 0.5 },
    { text: 'd', drafter: '' },
  ])
})

function letters(pieces: readonly { readonly text: string; readonly drafter: string }[]): string[] {
  return pieces.flatMap(({ text, drafter }) => Array.from({ length: text.length }, (_, at) => `${text[at]} ${drafter}`))
}
