import { expect, it } from 'vitest'
import { routeText } from './route-note.js'

it('says nothing where a model was named', () => {
  expect(routeText({ escalatedFrom: [] })).toBe('')
})

it('says the role, the labels with the most probable first, and who failed', () => {
  const route = { role: 'coder', intents: { chat: 0.12, coder: 0.88 }, escalatedFrom: ['small'] }
  expect(routeText(route)).toBe('Answers as coder. The front door says: coder 88 %, chat 12 %. Tried before: small.')
})
