import { expect, test } from 'vitest'
import { colourOf, drafterNames, draftingOf } from './drafting.js'

test('none is plain decoding', () => {
  expect(draftingOf({ drafter: 'none' })).toBeUndefined()
})

test('every known name makes a drafter of that name, with a colour', () => {
  const names = drafterNames.filter((name) => name !== 'none' && name !== 'auto')
  expect(names.length).toBeGreaterThan(0)
  for (const name of names) {
    using parts = draftingOf({ drafter: name })?.create()
    expect(parts?.drafter.name).toBe(name)
    expect(colourOf(name)).toBeDefined()
  }
})

test.each(['lokup', '', 'constructor', 'lookup+', 'lookup+none'])('"%s" is refused with the known names', (name) => {
  expect(() => draftingOf({ drafter: name })).toThrow('known are auto, lookup, suffix, none')
})

test('a drafter stands in a chain once', () => {
  expect(() => draftingOf({ drafter: 'lookup+lookup' })).toThrow('names "lookup" twice')
})

test('auto asks them all', () => {
  using parts = draftingOf({})?.create()
  expect(parts?.drafter.name).toBe('arbiter')
  expect(parts?.drafter.learnsAcrossSessions).toBe(true)
  expect(() => draftingOf({ drafter: 'auto+lookup' })).toThrow('"auto" stands alone')
})

test('k fixes the length; without it the policy decides, by default by goodput', () => {
  const state = { depth: 0, batchWidth: 0 }
  expect(draftingOf({ k: 5 })?.create().policy.open().limits(state).maxTokens).toBe(5)
  expect(draftingOf({})?.create().policy.name).toBe('goodput')
  expect(draftingOf({ policy: 'windowed' })?.create().policy.name).toBe('windowed')
})

test('the target and unknown drafters have no colour', () => {
  expect(colourOf('')).toBeUndefined()
  expect(colourOf('constructor')).toBeUndefined()
})
