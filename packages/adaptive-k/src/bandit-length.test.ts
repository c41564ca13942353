import { testLengthPolicy } from '@foretoken/contract/conformance'
import { expect, test } from 'vitest'
import { always, replay } from '../test/replay.js'
import { banditLength } from './index.js'

// It never stops trying lengths that are only a little worse.
testLengthPolicy({ create: () => banditLength(), maxTokens: 24, knownGaps: ['profit'] })

test('tries every length, then mostly the one that pays best', () => {
  // Every step takes as long, and eight tokens are right: longer drafts bring no more, shorter ones less.
  const lengths = replay(
    banditLength({ lengths: [1, 2, 8], exploration: 0.1 }),
    always({ draftable: 9, agreeing: 8 }, 500),
  )
  expect(lengths.slice(0, 3).map(({ maxTokens }) => maxTokens)).toEqual([1, 2, 8])
  expect(lengths.filter(({ maxTokens }) => maxTokens === 8).length).toBeGreaterThan(450)
})

test.each([
  [{ lengths: [] }, 'the number of lengths must be an integer from 1 to 64, got 0'],
  [{ lengths: [257] }, 'a draft length must be an integer from 0 to 256, got 257'],
  [{ exploration: 0 }, 'exploration must be a finite number above 0, got 0'],
])('rejects %j', (options, message) => {
  expect(() => banditLength(options)).toThrow(expect.objectContaining({ code: 'ERR_OPTION_INVALID', message }))
})
