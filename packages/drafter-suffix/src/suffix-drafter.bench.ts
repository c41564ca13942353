import { bench, describe } from 'vitest'
import { suffixDrafter } from './suffix-drafter.js'

// Each round commits, as otherwise the second draft would be the first one, kept. A miss has no match, a hit eight.
describe.each([256, 4_096, 32_768])('context of %i tokens', (length) => {
  const distinct = suffixDrafter().open(Int32Array.from({ length }, (_, index) => index))
  const periodic = suffixDrafter().open(Int32Array.from({ length }, (_, index) => index % 97))
  let unseen = length
  let place = length

  bench('commit 1 and draft 8, miss', () => {
    distinct.commit(Int32Array.of(unseen++))
    void distinct.draft({ maxTokens: 8 })
  })
  bench('commit 1 and draft 8, hit', () => {
    periodic.commit(Int32Array.of(place++ % 97))
    void periodic.draft({ maxTokens: 8 })
  })
})
