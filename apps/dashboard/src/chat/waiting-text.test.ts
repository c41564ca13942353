import { expect, it } from 'vitest'
import { sampleState } from '../../test/sample-state.js'
import { waitingText } from './waiting-text.js'

it.each([
  [{ state: 'loading', queued: 1 } as const, 'base is being loaded'],
  [{ state: 'hot', queued: 3 } as const, 'Waiting for base: 3 in the queue'],
  [{ state: 'hot', queued: 0 } as const, 'base reads'],
])('with %j the page says "%s"', (change, text) => {
  const models = sampleState.models.map((model) => (model.id === 'base' ? { ...model, ...change } : model))
  expect(waitingText('base', models)).toBe(text)
})

it('knows nothing of a model that the server does not tell of', () => {
  expect(waitingText('auto', [])).toBe('auto reads')
})
