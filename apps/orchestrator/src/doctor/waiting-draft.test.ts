import { expect, test } from 'vitest'
import { waitingDraft } from './waiting-draft.js'

const model = { bytesPerToken: 6e8, seconds: 0.033 }

test('a draft model that takes as long as one of four hundred times its size waits', () => {
  expect(waitingDraft(model, { bytesPerToken: 1.5e6, seconds: 0.083 })).toEqual([
    'A drafted token takes 83.0 ms, and a step of the model, which reads 400 times as much, 33.0 ms: threads wait for each other, as they do on a busy machine; try --threads 1.',
  ])
})

test('one that is small and quick does not, nor one that is large', () => {
  expect(waitingDraft(model, { bytesPerToken: 1.5e6, seconds: 0.0001 })).toEqual([])
  expect(waitingDraft(model, { bytesPerToken: 3e8, seconds: 0.03 })).toEqual([])
})
