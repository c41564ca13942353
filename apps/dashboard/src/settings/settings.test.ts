import { describe, expect, it } from 'vitest'
import { chatBody, defaultSettings } from './settings.js'

const drafters = ['lookup', 'suffix']

describe('chatBody', () => {
  it('leaves to the server what was not chosen', () => {
    expect(chatBody({ ...defaultSettings, model: 'base' }, [], drafters)).toEqual({
      model: 'base',
      messages: [],
      stream: true,
      stream_options: { include_usage: true },
      temperature: 0,
      speculation: { trace: true },
    })
  })

  it('says what was chosen', () => {
    const settings = { ...defaultSettings, temperature: 0.7, topP: 0.9, seed: 0, maxTokens: 20, maxDraftTokens: 8 }
    expect(chatBody({ ...settings, withoutDrafters: ['suffix'] }, [], drafters)).toMatchObject({
      temperature: 0.7,
      top_p: 0.9,
      seed: 0,
      max_tokens: 20,
      speculation: { drafters: ['lookup'], maxTokens: 8, trace: true },
    })
  })

  it.each([{ drafts: false }, { withoutDrafters: drafters }])('drafts nothing with %j', (choice) => {
    expect(chatBody({ ...defaultSettings, ...choice }, [], drafters)).toMatchObject({
      speculation: { off: true, trace: true },
    })
  })

  it('leaves the drafters of a model that is not loaded to the server', () => {
    expect(chatBody(defaultSettings, [], [])).toMatchObject({ speculation: { trace: true } })
  })
})
