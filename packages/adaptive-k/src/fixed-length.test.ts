import { testLengthPolicy } from '@foretoken/contract/conformance'
import { expect, test } from 'vitest'
import { always, replay } from '../test/replay.js'
import { fixedLength } from './index.js'

// It observes nothing, so it drafts on however little is accepted.
testLengthPolicy({ create: () => fixedLength(8), maxTokens: 8, knownGaps: ['profit'] })

test('asks for the same length, whatever comes of it', () => {
  const steps = replay(fixedLength(5), always({ draftable: 9, agreeing: 0 }, 100))
  expect(new Set(steps.map(({ maxTokens, sent }) => `${maxTokens} ${sent}`))).toEqual(new Set(['5 5']))
})

test('cuts a draft that is longer than it asked for', () => {
  expect(
    fixedLength(2)
      .open()
      .cut({ tokens: Int32Array.of(7, 8, 9), drafter: 'long' }),
  ).toBe(2)
})

test.each([0, 257, 1.5, Number.NaN])('rejects %d tokens', (tokens) => {
  expect(() => fixedLength(tokens)).toThrow(`tokens must be an integer from 1 to 256, got ${tokens}`)
})
